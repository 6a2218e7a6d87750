export type { LossKind, SplitRules } from './boosting/command.js';
export { type BestSplit, BoostingEngine, type SplitRequest, type Sums } from './boosting/engine.js';
export type { EngineShape } from './boosting/layout.js';
