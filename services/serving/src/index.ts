export { predictionBatch } from './batch/batch.js';
export type { BatchResult, BatchState } from './batch/state.js';
export { deletedModel } from './catalogue/deleted-model.js';
export { type ServableVersion, servableVersion } from './catalogue/version.js';
export { createServingDefinition, type ServingOptions } from './definition.js';
export { deployment } from './deployment/deployment.js';
export type { DeploymentState } from './deployment/state.js';
export { servingModule } from './module.js';
export type { BatchExecutor, LoadVersion } from './work.js';
