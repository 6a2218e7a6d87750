export type { DateState } from './encoders/date.js';
export type { InputDescription } from './encoders/encoder.js';
export type { NumericState } from './encoders/numeric.js';
export type { OneHotState } from './encoders/one-hot.js';
export type { OrdinalState } from './encoders/ordinal.js';
export type { Imputation, Scale, Scaling } from './encoders/scaling.js';
export { type FitPipelineOptions, fitPipeline, type Preprocessing } from './fit-pipeline.js';
export { type Instance, Pipeline, type PipelineState } from './pipeline.js';
export { type FeatureState, pipelineFromJSON } from './pipeline-from-json.js';
