import { dummy } from './baseline/dummy.js';
import { catboost, lightgbm, xgboost } from './boosting/index.js';
import { dbscan } from './cluster/dbscan.js';
import { gaussianMixture } from './cluster/gaussian-mixture.js';
import { kmeans, miniBatchKMeans } from './cluster/kmeans.js';
import { blending } from './ensemble/blending.js';
import { ensembleSelection } from './ensemble/ensemble-selection.js';
import { stacking } from './ensemble/stacking.js';
import { voting } from './ensemble/voting.js';
import { extraTrees, randomForest } from './forest/index.js';
import { gaussianProcess } from './kernel/gaussian-process/gaussian-process.js';
import { svm } from './kernel/svm/svm.js';
import { elasticNet, lasso, linear, logistic, ridge, sgd } from './linear/index.js';
import { knn } from './neighbours/knn.js';
import { autoencoder, gruModel, lstmModel, mlp, rnnModel, tcn, transformer } from './neural/index.js';
import { mlKnn } from './plugins/ml-knn.js';
import { mlRandomForest } from './plugins/ml-random-forest.js';
import { mlSvm } from './plugins/ml-svm.js';
import { registerModel } from './registry.js';

registerModel(catboost);
for (const definition of [logistic, linear, ridge, lasso, elasticNet, sgd, gaussianProcess]) registerModel(definition);
for (const definition of [lightgbm, xgboost, dummy]) registerModel(definition);
for (const definition of [randomForest, extraTrees]) registerModel(definition);
for (const definition of [mlRandomForest, mlSvm, mlKnn]) registerModel(definition);
for (const definition of [kmeans, miniBatchKMeans, dbscan, gaussianMixture]) registerModel(definition);
for (const definition of [voting, stacking, blending, ensembleSelection]) registerModel(definition);
for (const definition of [svm, knn]) registerModel(definition);
for (const definition of [mlp, autoencoder, lstmModel, gruModel, rnnModel, tcn, transformer]) registerModel(definition);

export type { ArtifactArray, ModelArtifact } from './artifact.js';
export { arrayOf, expectFormat } from './artifact-fields.js';
export { readTrees, type TreesArtifact, writeTrees } from './boosting/trees-artifact.js';
export { checkColumns, checkDataset, checkFiniteMatrix } from './check-input.js';
export { closestNames, didYouMean } from './closest-names.js';
export { dbscan } from './cluster/dbscan.js';
export { GaussianMixture, gaussianMixture } from './cluster/gaussian-mixture.js';
export { kmeans, miniBatchKMeans } from './cluster/kmeans.js';
export { decodeArtifact, encodeArtifact } from './codec.js';
export { createModel, defineModel } from './definition.js';
export { EarlyStopping, FitLoop, type Losses, throwIfAborted } from './fit-loop.js';
export type {
  BatchProgress,
  CustomObjective,
  Dimension,
  FeatureImportance,
  FitMetric,
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
  Uncertainty,
} from './model.js';
export type { GraphNode, Value } from './neural/graph/graph.js';
export { quantileShares } from './neural/heads/read-outputs.js';
export { type NetworkGraph, type NetworkHead, networkGraph } from './neural/network-graph.js';
export { describeParameter, MEMBER_SEPARATOR, type ParameterOwner, resolveParameters } from './parameters.js';
export { findModel, listModels, onlyUnsupervised, registerModel } from './registry.js';
export { takeOutputs } from './take-rows.js';
export { type Forest, forestArrays, NODE_FLAG, readForest } from './trees/forest.js';
export {
  autoencoder,
  blending,
  catboost,
  dummy,
  elasticNet,
  ensembleSelection,
  extraTrees,
  gaussianProcess,
  gruModel as gru,
  knn,
  lasso,
  lightgbm,
  linear,
  logistic,
  lstmModel as lstm,
  mlp,
  randomForest,
  ridge,
  rnnModel as rnn,
  sgd,
  stacking,
  svm,
  tcn,
  transformer,
  voting,
  xgboost,
};
