import type { Dataset } from '@trainyard/data';
import type { FitOptions } from '../../model.js';
import { emptyPredictions, writePredictions } from '../predictions.js';
import { type Loss, meanLoss } from './loss.js';
import type { ObliviousTrees } from './oblivious-trees.js';

import { leafOf, RowScorer } from './score-rows.js';

/** The scores of the validation set, kept up to date tree by tree. */
export class Validation {
  private readonly scores: Float64Array;

  constructor(
    private readonly data: Dataset,
    private readonly loss: Loss,
    initial: ObliviousTrees | undefined,
    private readonly options: Pick<FitOptions, 'objective' | 'earlyStopping'>,
  ) {
    const { init, outputs } = loss;
    this.scores = initial
      ? new RowScorer(initial).score(data.x)
      : Float64Array.from({ length: data.x.rows * outputs }, (_, i) => init[i % outputs]!);
  }

  /** Adds one tree. */
  add(tree: ObliviousTrees): void {
    const { x } = this.data;
    const { outputs, leafValue } = tree;
    const levels = tree.depth[0]!;
    for (let row = 0; row < x.rows; row++) {
      const value = leafOf(tree, 0, levels, x, row) * outputs;
      for (let c = 0; c < outputs; c++) this.scores[row * outputs + c]! += leafValue[value + c]!;
    }
  }

  meanLoss(): number {
    const { objective } = this.options;
    return objective ? objective.loss(this.scores, this.data) : meanLoss(this.loss, this.data, this.scores);
  }

  /** What early stopping watches, less being better: the metric, or else the loss. */
  score(): number {
    const metric = this.options.earlyStopping?.metric;
    if (metric === undefined) return this.meanLoss();
    const { data, loss } = this;
    const into = emptyPredictions(loss.link, data.x.rows, loss.outputs);
    const predictions = writePredictions(loss.link, this.scores, into);
    const score = metric.score(predictions, data);
    return metric.greaterIsBetter ? -score : score;
  }
}
