import type { Dataset } from '@trainyard/data';
import type { BoostingEngine, Spread } from '@trainyard/kernels';
import type { CustomObjective } from '../../model.js';
import type { Objective } from './objective.js';

/** A hessian of 0 would make a leaf's value infinite. */
const SMALLEST_HESSIAN = 1e-16;

/** Where a fit's losses and gradient pairs come from: the kernels, or the caller's own functions. */
export interface GradientSource {
  /** Mean loss of the training rows at the engine's scores; must precede a round's pairs whenever scores have changed. */
  meanLoss(): number;
  /** Pairs of `count` outputs from `first` on into the engine's places 0 to count - 1. */
  pairs(first: number, count: number): Spread[];
}

export function gradientSourceFor(
  engine: BoostingEngine,
  objective: Objective,
  train: Dataset,
  totalWeight: number,
): GradientSource {
  if (objective.custom) return new CustomGradients(engine, objective.custom, objective, train);
  const { loss } = objective;
  return {
    meanLoss: () => engine.loss(loss) / totalWeight,
    pairs: (first, count) => engine.gradients(loss, first, count),
  };
}

/** Hands the caller row-major f64 scores and takes back derivatives. */
class CustomGradients implements GradientSource {
  private readonly scores: Float64Array;
  private readonly gradient: Float64Array;
  private readonly hessian: Float64Array;

  constructor(
    private readonly engine: BoostingEngine,
    private readonly custom: CustomObjective,
    private readonly objective: Objective,
    private readonly train: Dataset,
  ) {
    const entries = train.x.rows * objective.outputs;
    this.scores = new Float64Array(entries);
    this.gradient = new Float64Array(entries);
    this.hessian = new Float64Array(entries);
  }

  meanLoss(): number {
    this.readScores();
    this.custom.gradients(this.scores, this.train, this.gradient, this.hessian);
    return this.custom.loss(this.scores, this.train);
  }

  pairs(first: number, count: number): Spread[] {
    const { outputs } = this.objective;
    const { weights } = this.engine;
    for (let place = 0; place < count; place++) {
      const pairs = this.engine.pairs(place);
      for (let row = 0, at = first + place; row < weights.length; row++, at += outputs) {
        const w = weights[row]!;
        // A row of weight 0 is left out whatever the caller wrote for it.
        pairs[2 * row] = w === 0 ? 0 : w * this.gradient[at]!;
        pairs[2 * row + 1] = w === 0 ? 0 : w * Math.max(this.hessian[at]!, SMALLEST_HESSIAN);
      }
    }
    return this.engine.measurePairs(count);
  }

  private readScores(): void {
    const { outputs, offset } = this.objective;
    const { scores } = this.engine;
    const { rows } = this.train.x;
    for (let output = 0; output < outputs; output++) {
      for (let row = 0; row < rows; row++) this.scores[row * outputs + output] = scores[output * rows + row]! + offset;
    }
  }
}
