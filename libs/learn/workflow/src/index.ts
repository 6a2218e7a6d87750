export {
  type DriftIndices,
  DriftMonitor,
  type DriftReport,
  ENOUGH_ROWS,
  type FeatureDrift,
} from './drift/drift-monitor.js';
export type { ReferenceProfile } from './drift/reference-profile.js';
export { type Bundle, type BundleManifest, decodeBundle, encodeBundle } from './predict/bundle.js';
export {
  type Interval,
  type Label,
  type Prediction,
  type PredictOptions,
  Predictor,
  type SeveralValues,
  type TablePredictions,
} from './predict/predictor.js';
export { scoreAnomalies } from './predict/score-anomalies.js';
export { scoreClusters } from './predict/score-clusters.js';
export { namedValue, type ValueColumn, valueColumns } from './predict/value-columns.js';
export type { CrossValidation } from './train/cross-validate.js';
export { datasetPath } from './train/dataset-path.js';
export { decodeHoldout, encodeHoldout, evaluateHoldout, type Holdout } from './train/holdout.js';
export { AUTO_MODEL, planTraining, type TrainPlan } from './train/plan.js';
export type { ValidationPlan } from './train/plan-validation.js';
export type { TargetKind } from './train/prepare.js';
export { objectiveValue, type TrainReport } from './train/report.js';
export type { DatasetReference, PreprocessingRequest, TrainRequest, ValidationRequest } from './train/request.js';
export { type TrainOptions, type TrainProgress, type TrainResult, trainModel } from './train/train-model.js';
