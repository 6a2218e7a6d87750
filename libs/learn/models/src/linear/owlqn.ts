import { CurvaturePairs } from './curvature-pairs.js';
import { isStall, type Objective, type Optimiser, type OptimiserState, type Outcome } from './optimiser.js';
import { addScaled, dot, largest } from './vectors.js';

const SUFFICIENT_DECREASE = 1e-4;
const MOST_HALVINGS = 40;

/** The subgradient of least norm of `f + sum_j penalties[j] |x_j|`, given the gradient of f. */
function pseudoGradient(x: Float64Array, gradient: Float64Array, penalties: Float64Array): Float64Array {
  return gradient.map((g, j) => {
    const penalty = penalties[j]!;
    if (x[j]! !== 0) return g + Math.sign(x[j]!) * penalty;
    if (g + penalty < 0) return g + penalty;
    return g - penalty > 0 ? g - penalty : 0;
  });
}

function l1(x: Float64Array, penalties: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += penalties[j]! * Math.abs(x[j]!);
  return sum;
}

/**
 * Orthant-wise limited-memory quasi-Newton (Andrew and Gao, "Scalable training of L1-regularized log-linear models", 2007):
 * minimises `f(x) + sum_j penalties[j] |x_j|` for a smooth f. Entries reach exact zeros. Stops when the largest entry of the
 * pseudo-gradient is <= `tolerance`.
 */
export class Owlqn implements Optimiser {
  iteration = 0;
  private readonly pairs = new CurvaturePairs();

  private constructor(
    private readonly objective: Objective,
    private readonly penalties: Float64Array,
    private readonly tolerance: number,
    public x: Float64Array,
    public value: number,
    private gradient: Float64Array,
  ) {}

  /** `penalties` has an entry for each entry of x, >= 0. */
  static async start(
    objective: Objective,
    penalties: Float64Array,
    start: Float64Array | OptimiserState,
    tolerance: number,
  ): Promise<Owlqn> {
    const resumed = start instanceof Float64Array ? undefined : start;
    const x = Float64Array.from(resumed ? resumed.x : (start as Float64Array));
    const gradient = new Float64Array(x.length);
    const value = (await objective(x, gradient)) + l1(x, penalties);
    const owlqn = new Owlqn(objective, penalties, tolerance, x, value, gradient);
    if (resumed) {
      owlqn.iteration = resumed.iteration;
      owlqn.pairs.restore(resumed);
    }
    return owlqn;
  }

  get converged(): boolean {
    return largest(pseudoGradient(this.x, this.gradient, this.penalties)) <= this.tolerance;
  }

  async step(): Promise<Outcome> {
    const pseudo = pseudoGradient(this.x, this.gradient, this.penalties);
    if (largest(pseudo) <= this.tolerance) return 'converged';
    let direction = this.descent(pseudo);
    if (!(dot(direction, pseudo) < 0)) {
      this.pairs.clear();
      direction = this.descent(pseudo);
    }
    const first = this.pairs.empty ? Math.min(1, 1 / Math.sqrt(dot(pseudo, pseudo))) : 1;
    return this.moveAlong(direction, pseudo, first);
  }

  state(): OptimiserState {
    const { x, value, iteration } = this;
    return { x: x.slice(), value, iteration, ...this.pairs.save(x.length) };
  }

  /** The quasi-Newton direction without the entries that would go up the pseudo-gradient. */
  private descent(pseudo: Float64Array): Float64Array {
    const direction = this.pairs.direction(pseudo);
    return direction.map((d, j) => (d * pseudo[j]! < 0 ? d : 0));
  }

  private async moveAlong(direction: Float64Array, pseudo: Float64Array, first: number): Promise<Outcome> {
    const orthant = this.x.map((value, j) => Math.sign(value) || -Math.sign(pseudo[j]!));
    for (let step = first, tries = 0; tries < MOST_HALVINGS; step /= 2, tries++) {
      // An entry that would leave its orthant stops at 0.
      const x = this.x.map((value, j) => {
        const moved = value + step * direction[j]!;
        return this.penalties[j] === 0 || moved * orthant[j]! > 0 ? moved : 0;
      });
      const gradient = new Float64Array(x.length);
      const value = (await this.objective(x, gradient)) + l1(x, this.penalties);
      const moved = x.slice();
      addScaled(moved, -1, this.x);
      if (!(value <= this.value + SUFFICIENT_DECREASE * dot(pseudo, moved))) continue;
      const change = gradient.slice();
      addScaled(change, -1, this.gradient);
      this.pairs.remember(moved, change);
      return this.accept(x, value, gradient);
    }
    return 'stalled';
  }

  private accept(x: Float64Array, value: number, gradient: Float64Array): Outcome {
    const before = this.value;
    this.x = x;
    this.gradient = gradient;
    this.value = value;
    this.iteration++;
    if (this.converged) return 'converged';
    return isStall(before, value) ? 'stalled' : 'running';
  }
}
