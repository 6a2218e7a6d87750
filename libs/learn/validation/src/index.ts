export { type Bins, binsOf } from './drift/bins.js';
export { populationStability } from './drift/population-stability.js';
export { categoryReference, type DriftReference, numberReference, referenceOf } from './drift/reference.js';
export { SlidingCounts, type WindowShape } from './drift/sliding-counts.js';
export { type Evaluation, evaluate, evaluateAnomalies, evaluateClusters } from './evaluate.js';
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
