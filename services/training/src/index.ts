export type { AttemptExecutor, AttemptNote, AttemptResult, AttemptTask, ExecutionOptions } from './attempt/attempt.js';
export { createTrainingDefinition, type TrainingOptions } from './definition.js';
export { trainingJob } from './job/job.js';
export type { JobState } from './job/state.js';
export { trainingMetrics } from './metrics/definitions.js';
export { trainingModule, trainingSettings } from './module.js';
export { type TrialState, trainingTrial } from './trial/trial.js';
