export { type CheckOptions, checkModel } from './check-model.js';
export { sampleDataset } from './sample-data.js';
