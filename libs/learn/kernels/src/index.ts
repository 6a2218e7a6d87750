export type { LossKind, SplitRules } from './command.js';
export { type BestSplit, BoostingEngine, type SplitRequest, type Sums } from './engine.js';
export type { EngineShape } from './layout.js';
