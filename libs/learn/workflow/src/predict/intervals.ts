import { LearnError, type Matrix } from '@trainyard/data';
import type { Uncertainty } from '@trainyard/models';
import type { Bundle } from './bundle.js';

/**
 * The intervals that hold the truth with probability `level`, if the model is right about itself. Throws OPTION_UNSUPPORTED when
 * the model knows none, PARAMETER_INVALID for a level that is none.
 */
export function intervalsOf({ model, modelName, task }: Bundle, x: Matrix, level: number): Uncertainty {
  if (!(level > 0 && level < 1)) {
    const words = `interval is ${level}, but must be a probability between 0 and 1, such as 0.9.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'interval' });
  }
  const valued = task === 'regression' || task === 'forecast';
  if (valued && model.predictUncertainty !== undefined)
    return inWordsOfRequest(() => model.predictUncertainty!(x, level));
  const advice = valued
    ? 'train a forest, a gaussian_process, or a network with params.loss, params.mc_dropout_passes or params.ensemble_size'
    : 'intervals are for values; classes have probabilities';
  const words = `interval: this ${modelName} of the task ${task} knows no intervals: ${advice}.`;
  throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'interval' });
}

/** The request's field is `interval`, the model's own argument `level`. */
function inWordsOfRequest<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LearnError) || error.where.field !== 'level') throw error;
    throw new LearnError(error.code, error.message, { ...error.where, field: 'interval' });
  }
}
