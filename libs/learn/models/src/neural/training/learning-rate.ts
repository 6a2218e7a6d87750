export const SCHEDULES = ['constant', 'cosine', 'exponential', 'plateau'] as const;
export type Schedule = (typeof SCHEDULES)[number];

/** Epochs without a better loss after which `plateau` halves the rate. */
const PATIENCE = 3;
const EXPONENTIAL_FACTOR = 0.95;

/**
 * The learning rate of an epoch (from 1): `constant`; `cosine` down to 0 (Loshchilov and Hutter 2017); `exponential`, 0.95 an epoch;
 * `plateau`, halved after each 3 epochs without a better loss. `losses` are those of the epochs before: the rate follows
 * from them alone, so that a fit that is resumed has the same.
 */
export function learningRate(
  schedule: Schedule,
  base: number,
  epoch: number,
  epochs: number,
  losses: readonly number[],
): number {
  if (schedule === 'cosine') return (base * (1 + Math.cos((Math.PI * (epoch - 1)) / epochs))) / 2;
  if (schedule === 'exponential') return base * EXPONENTIAL_FACTOR ** (epoch - 1);
  if (schedule === 'constant') return base;
  let rate = base;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (const loss of losses) {
    waited = loss < best ? 0 : waited + 1;
    best = Math.min(best, loss);
    if (waited < PATIENCE) continue;
    rate /= 2;
    waited = 0;
  }
  return rate;
}
