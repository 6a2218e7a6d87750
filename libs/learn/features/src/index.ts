export type { InputDescription } from './encoders/encoder.js';
export type { Imputation, Scaling } from './encoders/scaling.js';
export { type FitPipelineOptions, fitPipeline, type Preprocessing } from './fit-pipeline.js';
export { type Instance, Pipeline, type PipelineState } from './pipeline.js';
export { pipelineFromJSON } from './pipeline-from-json.js';
