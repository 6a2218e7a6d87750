/** The steps that all threads of an engine of oblivious trees take together. */
export const STEP = {
  sort: 1,
  bin: 2,
  place: 3,
  derive: 4,
  draw: 5,
  spread: 6,
  quantise: 7,
  begin: 8,
  level: 9,
  mark: 10,
  leafSums: 11,
  add: 12,
} as const;

/** Losses by number. All but `softmax` are of one score a row; `quantile`, `huber` and `tweedie` have a parameter. */
export const OBLIVIOUS_LOSS = {
  ...{ squared: 0, logistic: 1, quantile: 2, huber: 3, poisson: 4, tweedie: 5, softmax: 6 },
} as const;
export type ObliviousLoss = keyof typeof OBLIVIOUS_LOSS;

/** How rows are drawn: not at all, the Bayesian bootstrap, Bernoulli, minimal variance sampling. */
export const DRAW = { none: 0, bayesian: 1, bernoulli: 2, minimalVariance: 3 } as const;
export type DrawKind = keyof typeof DRAW;

/** Which scores are derived or added to: the model's own, or those of a step being tried. */
export const PLACE = { scores: 0, trial: 1 } as const;
export type ScorePlace = keyof typeof PLACE;

/** What leaf sums are of: gradients and second derivatives, or gradients and weights. */
export const SUMS = { newton: 0, gradient: 1 } as const;
export type SumsKind = keyof typeof SUMS;
