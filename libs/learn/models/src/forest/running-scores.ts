import type { Dataset, Matrix } from '@trainyard/data';
import { ForestScorer } from '@trainyard/kernels';
import type { Predictions } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { type CompactForest, expandForest } from './compact-forest.js';
import { forestPredictions } from './forest-predictions.js';

/** Adds a forest's trees to row-major sums. */
export function addForest(forest: CompactForest, x: Matrix, sums: Float64Array): void {
  const scorer = new ForestScorer(expandForest(forest, x.cols), x.cols);
  try {
    scorer.addScores(x.data, x.rows, sums);
  } finally {
    scorer.free();
  }
}

/** How good the forest so far is on some rows, tree after tree. */
export class RunningScores {
  private readonly sums: Float64Array;
  private trees = 0;

  constructor(
    private readonly data: Dataset,
    private readonly classes: number,
  ) {
    this.sums = new Float64Array(data.x.rows * Math.max(1, classes));
  }

  add(forest: CompactForest): void {
    addForest(forest, this.data.x, this.sums);
    this.trees += forest.roots.length;
  }

  predictions(): Predictions {
    return forestPredictions(this.sums, this.data.x.rows, this.classes, this.trees);
  }

  /** Log loss or mean squared error. */
  loss(): number {
    return predictionLoss(this.predictions(), this.data);
  }
}
