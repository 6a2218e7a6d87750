import type { Candidate, GateResult } from '@trainyard/contracts';

export const stages = ['Development', 'Staging', 'Production', 'Deprecated', 'Archived'] as const;
export type Stage = (typeof stages)[number];

/** One move between stages, and why. */
export interface StageMove {
  readonly from: Stage;
  readonly to: Stage;
  readonly reason: string;
  readonly at: number;
}

/** What goes in and what comes out: versions that share it can replace each other without a change to any caller. */
export interface Signature {
  readonly task: string;
  readonly target: string | null;
  readonly features: readonly string[];
  readonly classes: readonly string[];
}

/** A registered version: what was trained, on what, by which code, and how good it is. Never changed but for its stage. */
export interface ModelVersion {
  /** 1, 2, 3, ... without gaps. */
  readonly ordinal: number;
  /** Semantic version. */
  readonly version: string;
  readonly jobId: string;
  readonly stage: Stage;
  readonly moves: readonly StageMove[];
  /** Index into the model's `signatures`. */
  readonly signature: number;
  readonly algorithm: string;
  readonly params: Candidate['params'];
  readonly dataset: Candidate['dataset'];
  readonly seed: number;
  readonly codeVersion: string;
  readonly experiment: string;
  readonly tags: Candidate['tags'];
  readonly warnings: readonly string[];
  /** Digests: the model bundle, the held-out predictions, the training report and the evaluation report. */
  readonly artifacts: {
    readonly bundle: string;
    readonly holdout: string;
    readonly trainingReport: string;
    readonly evaluationReport: string;
  };
  readonly metrics: Readonly<Record<string, number>>;
  readonly trainingMetrics: Readonly<Record<string, number>>;
  readonly trainingSeconds: number;
  readonly gates: readonly GateResult[];
  /** The version this one was compared with: the one in Production, else the latest. */
  readonly parent: string | null;
  readonly changelog: string;
  readonly registeredAt: number;
  readonly deletedAt?: number;
  /** Why its last deployment failed, until one succeeds. */
  readonly deploymentFailure?: { readonly environment: string; readonly code: string; readonly message: string };
}

/** One model by its name, with all its versions. A deleted one keeps them, so that no number is ever given out twice. */
export interface ModelState {
  readonly modelId: string;
  readonly name: string;
  readonly signatures: readonly Signature[];
  readonly versions: readonly ModelVersion[];
  /** Jobs whose registration was refused. */
  readonly refused: readonly string[];
  /** How many deployments were asked for: each gets an id of its own. */
  readonly deployments: number;
  readonly updatedAt: number;
}

/** The versions that have not been deleted, oldest first. */
export function livingVersions(state: ModelState | undefined): readonly ModelVersion[] {
  return state?.versions.filter((version) => version.deletedAt === undefined) ?? [];
}

export function latestOf(state: ModelState | undefined): ModelVersion | undefined {
  return livingVersions(state).at(-1);
}

export function holderOf(state: ModelState | undefined, stage: Stage): ModelVersion | undefined {
  return livingVersions(state).find((version) => version.stage === stage);
}

export function signatureOf(state: ModelState, version: ModelVersion): Signature {
  return state.signatures[version.signature] as Signature;
}

/** What a deployment's environment is called as a stage. */
export function stageOf(environment: string): 'Staging' | 'Production' | undefined {
  return environment === 'production' ? 'Production' : environment === 'staging' ? 'Staging' : undefined;
}

export function isDeployed(stage: Stage): stage is 'Staging' | 'Production' {
  return stage === 'Staging' || stage === 'Production';
}
