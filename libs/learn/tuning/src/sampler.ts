export type TrialParams = Record<string, string | number | boolean | null>;

/** Chooses the parameters of trials. Trial n (from 0) depends on (space, seed, n) alone, so a replay gives the same trial. */
export interface Sampler {
  readonly strategy: string;
  /** How many different trials there are, when they can be counted. */
  readonly size?: number;
  sample(trial: number): TrialParams;
}
