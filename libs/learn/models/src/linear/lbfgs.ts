import { CurvaturePairs } from './curvature-pairs.js';
import { wolfeStep } from './line-search.js';
import { isStall, type Objective, type Optimiser, type OptimiserState, type Outcome } from './optimiser.js';
import type { Preconditioner } from './preconditioner.js';
import { addScaled, dot, largest } from './vectors.js';

/**
 * Limited-memory BFGS (Liu and Nocedal 1989). Stops as SciPy does: largest gradient entry <= `tolerance`, or a relative
 * decrease under 64 rounding errors.
 */
export class Lbfgs implements Optimiser {
  iteration = 0;

  private constructor(
    private readonly objective: Objective,
    private readonly tolerance: number,
    public x: Float64Array,
    public value: number,
    private gradient: Float64Array,
    private readonly pairs: CurvaturePairs,
    /** Whether the first step needs no guess of its length. */
    private readonly scaled: boolean,
  ) {}

  /** Evaluates the objective at the start. */
  static async start(
    objective: Objective,
    start: Float64Array | OptimiserState,
    tolerance: number,
    precondition?: Preconditioner,
  ): Promise<Lbfgs> {
    const resumed = start instanceof Float64Array ? undefined : start;
    const x = Float64Array.from(resumed ? resumed.x : (start as Float64Array));
    const gradient = new Float64Array(x.length);
    const value = await objective(x, gradient);
    const pairs = new CurvaturePairs(precondition);
    const lbfgs = new Lbfgs(objective, tolerance, x, value, gradient, pairs, precondition !== undefined);
    if (resumed) {
      lbfgs.iteration = resumed.iteration;
      lbfgs.pairs.restore(resumed);
    }
    return lbfgs;
  }

  get converged(): boolean {
    return largest(this.gradient) <= this.tolerance;
  }

  async step(): Promise<Outcome> {
    if (this.converged) return 'converged';
    let direction = this.pairs.direction(this.gradient);
    let slope = dot(direction, this.gradient);
    if (!(slope < 0)) {
      this.pairs.clear();
      direction = this.pairs.direction(this.gradient);
      slope = dot(direction, this.gradient);
    }
    const first = this.pairs.empty && !this.scaled ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    return this.moveAlong(direction, slope, first);
  }

  state(): OptimiserState {
    const { x, value, iteration } = this;
    return { x: x.slice(), value, iteration, ...this.pairs.save(x.length) };
  }

  private async moveAlong(direction: Float64Array, slope: number, first: number): Promise<Outcome> {
    let x = this.x;
    let gradient = this.gradient;
    let reached = 0;
    const evaluate = async (step: number) => {
      x = this.x.slice();
      gradient = new Float64Array(x.length);
      addScaled(x, step, direction);
      const value = await this.objective(x, gradient);
      reached = step;
      return { step, value, slope: dot(gradient, direction) };
    };
    const point = await wolfeStep({ step: 0, value: this.value, slope }, first, evaluate);
    if (point === undefined) return 'stalled';
    // The search may settle on a point other than the last it tried.
    if (reached !== point.step) await evaluate(point.step);
    const change = gradient.slice();
    addScaled(change, -1, this.gradient);
    const step = x.slice();
    addScaled(step, -1, this.x);
    this.pairs.remember(step, change);
    const before = this.value;
    this.x = x;
    this.gradient = gradient;
    this.value = point.value;
    this.iteration++;
    if (this.converged) return 'converged';
    return isStall(before, this.value) ? 'stalled' : 'running';
  }
}
