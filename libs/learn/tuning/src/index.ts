export type { Dimension, SearchSpace } from '@trainyard/models';
export { gridSampler } from './grid-sampler.js';
export { randomSampler } from './random-sampler.js';
export type { Sampler, TrialParams } from './sampler.js';
export { samplerFor } from './sampler-for.js';
export { checkSpace, type DimensionInput } from './search-space.js';
