import type { Dataset } from '@trainyard/data';
import type { ObliviousEngine, ScorePlace } from '@trainyard/kernels';
import type { CustomObjective } from '../../model.js';
import type { Loss } from './loss.js';

/** Computes the derivatives of the loss, or of the caller's own, into the engine. */
export class Derivatives {
  private readonly scores: Float64Array;
  private readonly gradient: Float64Array;
  private readonly hessian: Float64Array;

  constructor(
    private readonly engine: ObliviousEngine,
    private readonly loss: Loss,
    private readonly train: Dataset,
    /** Sum of the weights of all rows. */
    private readonly total: number,
    private readonly custom: CustomObjective | undefined,
  ) {
    const rows = custom ? train.x.rows : 0;
    this.scores = new Float64Array(rows);
    this.gradient = new Float64Array(rows);
    this.hessian = new Float64Array(rows);
  }

  /** Derives at the scores of `place`; returns the weighted sum of losses. */
  at(place: ScorePlace): number {
    const { engine, loss, custom, train, scores, gradient, hessian } = this;
    if (custom === undefined) return engine.derive(loss.kind, loss.parameter, place);
    const source = place === 'scores' ? engine.scores : engine.trial;
    for (let row = 0; row < scores.length; row++) scores[row] = source[row]!;
    custom.gradients(scores, train, gradient, hessian);
    for (let row = 0; row < scores.length; row++) {
      engine.gradients[row] = engine.weights[row]! * gradient[row]!;
      engine.seconds[row] = engine.weights[row]! * hessian[row]!;
    }
    return custom.loss(scores, train) * this.total;
  }
}
