export { createGatewayDefinition } from './definition.js';
export { type JobViewCommand, jobView } from './job/job-view.js';
export type { JobViewState } from './job/state.js';
export { gatewayModule, gatewaySettings, standaloneGatewayModule } from './module.js';
export { ProgressTable } from './stream/progress-table.js';
export { submission } from './submission/submission.js';
