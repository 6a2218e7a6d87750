import { createRandom } from '@trainyard/data';
import type { Dimension, SearchSpace } from '@trainyard/models';
import type { Sampler, TrialParams } from './sampler.js';

/** Larger than any trial number, so that neighbouring seeds share no trial. */
const TRIALS_PER_SEED = 1_000_003;

/** A value of the dimension for u uniform in [0, 1). Log dimensions are uniform in the logarithm. */
function valueAt(dimension: Dimension, u: number): string | number | boolean | null {
  if (dimension.type === 'categorical') return dimension.choices[Math.floor(u * dimension.choices.length)]!;
  const { low, high, log } = dimension;
  if (dimension.type === 'float') {
    const value = log ? low * (high / low) ** u : low + u * (high - low);
    return Math.min(high, Math.max(low, value));
  }
  if (log) {
    // Each integer owns the half steps on its sides, as in Optuna.
    const bottom = Math.log(low - 0.5);
    const value = Math.round(Math.exp(bottom + u * (Math.log(high + 0.5) - bottom)));
    return Math.min(high, Math.max(low, value));
  }
  const step = dimension.step ?? 1;
  return low + step * Math.floor(u * (Math.floor((high - low) / step) + 1));
}

/** Random search (Bergstra and Bengio 2012). */
export function randomSampler(space: SearchSpace, seed: number): Sampler {
  // Sorted, so that the order in which a request lists the dimensions does not matter.
  const dimensions = Object.entries(space).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    strategy: 'random',
    sample(trial) {
      const random = createRandom(seed * TRIALS_PER_SEED + trial);
      const params: TrialParams = {};
      for (const [name, dimension] of dimensions) params[name] = valueAt(dimension, random.next());
      return params;
    },
  };
}
