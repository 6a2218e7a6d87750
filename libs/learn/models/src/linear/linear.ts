import { defineModel } from '../definition.js';
import type { ModelDefinition } from '../model.js';
import { LeastSquares } from './least-squares.js';

const shared = {
  family: 'linear',
  input: '2d',
  tasks: ['regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  load: LeastSquares.load,
} as const satisfies Partial<ModelDefinition>;

const fitIntercept = { type: 'boolean', default: true, description: 'Whether there is a constant term.' } as const;

/** Ordinary least squares. */
export const linear = defineModel<{ fit_intercept: boolean }>({
  ...shared,
  name: 'linear',
  params: { fit_intercept: fitIntercept },
  space: {},
  create: (params) => new LeastSquares({ alpha: 0, ...params }),
});

/** Least squares with an L2 penalty (Hoerl and Kennard 1970). */
export const ridge = defineModel<{ alpha: number; fit_intercept: boolean }>({
  ...shared,
  name: 'ridge',
  params: {
    alpha: { type: 'float', default: 1, min: 0, description: 'L2 penalty on the coefficients, not on the intercept.' },
    fit_intercept: fitIntercept,
  },
  space: { alpha: { type: 'float', low: 1e-4, high: 1e4, log: true } },
  create: (params) => new LeastSquares(params),
});
