import { LearnError } from '@trainyard/data';
import type { SearchSpace } from '@trainyard/models';
import { gridSampler } from './grid-sampler.js';
import { randomSampler } from './random-sampler.js';
import type { Sampler } from './sampler.js';

/** Throws OPTION_UNSUPPORTED for a strategy that is not there (yet). */
export function samplerFor(strategy: string, space: SearchSpace, seed: number): Sampler {
  if (strategy === 'random') return randomSampler(space, seed);
  if (strategy === 'grid') return gridSampler(space);
  const words = `The search strategy "${strategy}" is not supported. Use random or grid.`;
  throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'search.strategy' });
}
