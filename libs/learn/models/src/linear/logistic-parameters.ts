import type { ParameterSchema, SearchSpace } from '../model.js';

export interface LogisticParams {
  readonly penalty: 'l2' | 'l1' | 'elasticnet' | 'none';
  readonly C: number;
  readonly l1_ratio: number;
  readonly max_iter: number;
  readonly tol: number;
  readonly fit_intercept: boolean;
  readonly class_weight: 'balanced' | null;
}

/** Names, meanings and defaults of scikit-learn's LogisticRegression. */
export const logisticParameters: ParameterSchema = {
  penalty: {
    type: 'enum',
    values: ['l2', 'l1', 'elasticnet', 'none'],
    default: 'l2',
    description: 'What keeps coefficients small. l1 and elasticnet set the coefficients of useless features to 0.',
  },
  C: {
    type: 'float',
    default: 1,
    min: 0,
    exclusiveMin: true,
    description: 'Inverse of the penalty: smaller values shrink the coefficients more.',
  },
  l1_ratio: {
    type: 'float',
    default: 0.5,
    min: 0,
    max: 1,
    description: 'With penalty elasticnet: the share of L1, the rest is L2. Other penalties ignore it.',
  },
  max_iter: {
    type: 'int',
    default: 100,
    min: 1,
    description: 'Most iterations of L-BFGS, or of OWL-QN where there is an L1 penalty.',
  },
  tol: {
    type: 'float',
    default: 1e-4,
    min: 0,
    description: 'Stops when no entry of the gradient of the penalised mean loss is larger than this.',
  },
  fit_intercept: { type: 'boolean', default: true, description: 'Whether each class has a constant term.' },
  class_weight: {
    type: 'enum',
    values: ['balanced'],
    nullable: true,
    default: null,
    description: '"balanced" weighs each class by the inverse of its frequency; null weighs all rows alike.',
  },
};

export const logisticSpace: SearchSpace = { C: { type: 'float', low: 1e-4, high: 1e3, log: true } };

/** The penalties on one coefficient in the mean loss: `l2 w^2 / 2 + l1 |w|`. */
export function penaltyStrengths(
  { penalty, C, l1_ratio }: LogisticParams,
  totalWeight: number,
): { readonly l1: number; readonly l2: number } {
  if (penalty === 'none') return { l1: 0, l2: 0 };
  const strength = 1 / (C * totalWeight);
  const share = { l2: 0, l1: 1, elasticnet: l1_ratio }[penalty];
  return { l1: strength * share, l2: strength * (1 - share) };
}
