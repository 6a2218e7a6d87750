export type { BestSplit } from './boosting/best-split.js';
export type { SplitRules } from './boosting/command.js';
export { BoostingEngine, type SplitRequest } from './boosting/engine.js';
export type { EngineShape } from './boosting/layout.js';
export { leafGain, leafWeight, type Sums, type WeightBounds } from './boosting/leaf-weight.js';
export type { Loss, LossKind } from './boosting/loss.js';
export type { NodeScan } from './boosting/split-scanner.js';
export type { Spread } from './boosting/spread.js';
export { KMeansEngine, type Pause } from './cluster/engine.js';
export { GaussianEngine } from './cluster/gaussian-engine.js';
export { CANDIDATES, type KMeansShape, layOutKMeans, SEED_ROWS } from './cluster/layout.js';
export { RadiusSearch } from './cluster/radius-search.js';
export {
  COVARIANCE_KINDS,
  type Covariance,
  type CovarianceKind,
  type CovarianceSlopes,
  DenseEngine,
} from './dense/dense-engine.js';
export { type DenseShape, denseBytes } from './dense/dense-layout.js';
export { ForestEngine, type GrownTree } from './forest/engine.js';
export { type ForestKind, type ForestSettings, type ForestShape, MOST_COUNTED } from './forest/layout.js';
export { GramEngine, type GramShape } from './linear/gram-engine.js';
export { LogLossEngine, type RowRange } from './linear/log-loss-engine.js';
export type { LogLossShape } from './linear/log-loss-layout.js';
export { NeighbourSearch, type NeighbourSearchOptions, type Neighbours } from './neighbours/search.js';
export type { NeuralKernels } from './neural/kernels.js';
export { TensorMemory } from './neural/tensor-memory.js';
export * from './oblivious/index.js';
export { ForestScorer } from './prediction/forest-scorer.js';
export type { TreeArrays } from './prediction/pack-trees.js';
export { CosineFeatures } from './svm/cosine-features.js';
export { KernelRowsEngine } from './svm/engine.js';
export { KernelExpansions, type Segment } from './svm/expansions.js';
export type { KernelFunction } from './svm/kernels.js';
