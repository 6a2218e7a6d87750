export type { DrawKind, ObliviousLoss, ScorePlace, SumsKind } from './command.js';
export { type LevelRules, type LevelSplit, ObliviousEngine } from './engine.js';
export { type ObliviousShape, sumsOfLeaf } from './layout.js';
export { ObliviousScorer, SCORE_ROWS, type ScorerTrees } from './scorer.js';
