export type { ArtifactArray, ModelArtifact } from './artifact.js';
export type {
  Dimension,
  FeatureImportance,
  FitOptions,
  FitProgress,
  Model,
  ModelDefinition,
  Parameter,
  ParameterSchema,
  Predictions,
  Preprocessing,
  SearchSpace,
  TrainingMetrics,
} from './model.js';
