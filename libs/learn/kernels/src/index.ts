export type { LossKind, SplitRules } from './boosting/command.js';
export { type BestSplit, BoostingEngine, type SplitRequest, type Spread } from './boosting/engine.js';
export type { EngineShape } from './boosting/layout.js';
export { leafGain, leafWeight, type Sums, type WeightBounds } from './boosting/leaf-weight.js';
export type { NodeScan } from './boosting/split-scanner.js';
export { ForestScorer } from './prediction/forest-scorer.js';
export type { TreeArrays } from './prediction/pack-trees.js';
