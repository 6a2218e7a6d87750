import type { Dimension, SearchSpace } from '@trainyard/models';
import type { Sampler, TrialParams } from './sampler.js';

/** Values that a dimension without natural ones is cut into. */
const POINTS = 5;

function valuesOf(dimension: Dimension): readonly (string | number | boolean | null)[] {
  if (dimension.type === 'categorical') return dimension.choices;
  const { low, high, log, type } = dimension;
  const step = dimension.type === 'int' ? dimension.step : undefined;
  if (step !== undefined || (type === 'int' && !log && high - low < POINTS)) {
    return Array.from({ length: Math.floor((high - low) / (step ?? 1)) + 1 }, (_, i) => low + i * (step ?? 1));
  }
  const at = (share: number) => (log ? low * (high / low) ** share : low + share * (high - low));
  const values = Array.from({ length: POINTS }, (_, i) => (i === POINTS - 1 ? high : at(i / (POINTS - 1))));
  return [...new Set(type === 'int' ? values.map(Math.round) : values)];
}

/**
 * Grid search: every combination once, the last dimension (by name) turning fastest. Choices and stepped integers are
 * taken whole; other ranges are cut into five values, evenly or, for log dimensions, evenly in the logarithm.
 * Trials beyond `size` repeat from the start.
 */
export function gridSampler(space: SearchSpace): Sampler {
  const axes = Object.entries(space)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, dimension]) => ({ name, values: valuesOf(dimension) }));
  const size = axes.reduce((product, axis) => product * axis.values.length, 1);
  return {
    strategy: 'grid',
    size,
    sample(trial) {
      let rest = trial % size;
      const params: TrialParams = {};
      for (const { name, values } of axes.toReversed()) {
        params[name] = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
      }
      return params;
    },
  };
}
