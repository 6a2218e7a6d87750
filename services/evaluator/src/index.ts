export { createEvaluatorDefinition, route } from './definition.js';
export { evaluationEndpoints } from './endpoints.js';
export { evaluation } from './evaluation/evaluation.js';
export type { EvaluationState, Outcome, Subject } from './evaluation/state.js';
export { evaluationView } from './evaluation/view.js';
export { evaluatorModule, evaluatorSettings } from './module.js';
export { type ProductionState, productionMetrics } from './production/production-metrics.js';
export type { EvaluationExecutor, EvaluationResult, EvaluationTask } from './work/executor.js';
