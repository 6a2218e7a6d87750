export { createOptimizerDefinition, route } from './definition.js';
export { studyEndpoints } from './endpoints.js';
export { optimizerMetrics } from './metrics/study-metrics.js';
export { optimizerModule } from './module.js';
export type { Plan, StudyState, Trial } from './study/state.js';
export { study } from './study/study.js';
export { studyView } from './study/view.js';
