export { type Evaluation, evaluate, evaluateClusters } from './evaluate.js';
export { checkGates, type Gate, type GateResult, validateGates } from './gates.js';
export {
  canonicalMetric,
  type Direction,
  defaultObjective,
  METRICS,
  metricDirection,
  metricFor,
} from './metrics/catalogue.js';
export type { ClusteredRows } from './metrics/clustering.js';
export type { Curves } from './metrics/curves.js';
