import type { Dataset } from '@trainyard/data';
import type { FitMetric, Predictions } from '../model.js';
import type { Forest } from '../trees/forest.js';
import { addTree } from '../trees/score-rows.js';
import { meanLoss } from './objectives/mean-loss.js';
import type { Objective } from './objectives/objective.js';
import { emptyPredictions, writePredictions } from './predictions.js';

/** The scores of the validation set, kept up to date tree by tree. */
export class ValidationScores {
  /** Row-major `n x outputs`. */
  readonly scores: Float64Array;
  private readonly predictions: Predictions;

  constructor(
    readonly data: Dataset,
    private readonly objective: Objective,
  ) {
    const { init, outputs, link } = objective;
    this.scores = Float64Array.from({ length: data.x.rows * outputs }, (_, i) => init[i % outputs]!);
    this.predictions = emptyPredictions(link, data.x.rows, outputs);
  }

  /** Adds the trees [first, end). */
  add(forest: Forest, first: number, end: number): void {
    const { outputs } = this.objective;
    const { x } = this.data;
    for (let tree = first; tree < end; tree++) {
      addTree(forest, tree, x, 0, x.rows, this.scores, tree % outputs, outputs);
    }
  }

  loss(): number {
    const { custom, loss } = this.objective;
    return custom ? custom.loss(this.scores, this.data) : meanLoss(this.data, this.scores, loss);
  }

  /** A number that is lower when the metric is better. The predictions it is given are overwritten by the next call. */
  rate(metric: FitMetric): number {
    const score = metric.score(writePredictions(this.objective.link, this.scores, this.predictions), this.data);
    return metric.greaterIsBetter ? -score : score;
  }
}
