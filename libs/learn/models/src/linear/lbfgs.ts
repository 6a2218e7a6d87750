import { wolfeStep } from './line-search.js';

/** Writes the gradient at `x` into `gradient` and returns the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

/** All that the next step depends on, so that a run continued from it is the run that was never stopped. */
export interface LbfgsState {
  readonly x: Float64Array;
  readonly value: number;
  readonly iteration: number;
  /** `pairs x d`, oldest first: the last changes of x and of the gradient. */
  readonly steps: Float64Array;
  readonly changes: Float64Array;
}

export type LbfgsOutcome = 'running' | 'converged' | 'stalled';

const MEMORY = 10;
/** SciPy's ftol as scikit-learn sets it: 64 rounding errors. */
const VALUE_TOLERANCE = 64 * Number.EPSILON;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, scale: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += scale * source[i]!;
}

function largest(a: Float64Array): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]!));
  return most;
}

/**
 * Limited-memory BFGS (Liu and Nocedal 1989), one iteration a call, so that the caller can report, stop and save between.
 * Stops as SciPy does: largest gradient entry <= `tolerance`, or a relative decrease under 64 rounding errors.
 */
export class Lbfgs {
  x: Float64Array;
  value: number;
  iteration = 0;
  private gradient: Float64Array;
  private readonly pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = [];

  constructor(
    private readonly objective: Objective,
    start: Float64Array | LbfgsState,
    private readonly tolerance: number,
  ) {
    const resumed = start instanceof Float64Array ? undefined : start;
    this.x = Float64Array.from(resumed ? resumed.x : (start as Float64Array));
    this.gradient = new Float64Array(this.x.length);
    this.value = objective(this.x, this.gradient);
    if (resumed) this.restore(resumed);
  }

  get converged(): boolean {
    return largest(this.gradient) <= this.tolerance;
  }

  step(): LbfgsOutcome {
    if (this.converged) return 'converged';
    let direction = this.direction();
    let slope = dot(direction, this.gradient);
    if (!(slope < 0)) {
      this.pairs.length = 0;
      direction = this.direction();
      slope = dot(direction, this.gradient);
    }
    const first = this.pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    return this.moveAlong(direction, slope, first);
  }

  state(): LbfgsState {
    const d = this.x.length;
    const steps = new Float64Array(this.pairs.length * d);
    const changes = new Float64Array(this.pairs.length * d);
    this.pairs.forEach((pair, i) => {
      steps.set(pair.step, i * d);
      changes.set(pair.change, i * d);
    });
    return { x: this.x.slice(), value: this.value, iteration: this.iteration, steps, changes };
  }

  private restore(state: LbfgsState): void {
    const d = this.x.length;
    this.iteration = state.iteration;
    for (let i = 0; (i + 1) * d <= state.steps.length; i++) {
      this.remember(state.steps.slice(i * d, (i + 1) * d), state.changes.slice(i * d, (i + 1) * d));
    }
  }

  private remember(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change);
    if (!(curvature > Number.EPSILON * dot(change, change))) return;
    this.pairs.push({ step, change, curvature });
    if (this.pairs.length > MEMORY) this.pairs.shift();
  }

  /** Minus the inverse Hessian estimate times the gradient, by the two-loop recursion. */
  private direction(): Float64Array {
    const direction = this.gradient.map((g) => -g);
    const alphas = new Float64Array(this.pairs.length);
    for (let i = this.pairs.length - 1; i >= 0; i--) {
      const { step, change, curvature } = this.pairs[i]!;
      alphas[i] = dot(step, direction) / curvature;
      addScaled(direction, -alphas[i]!, change);
    }
    const newest = this.pairs.at(-1);
    if (newest) {
      const scale = newest.curvature / dot(newest.change, newest.change);
      for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
    }
    for (let i = 0; i < this.pairs.length; i++) {
      const { step, change, curvature } = this.pairs[i]!;
      addScaled(direction, alphas[i]! - dot(change, direction) / curvature, step);
    }
    return direction;
  }

  private moveAlong(direction: Float64Array, slope: number, first: number): LbfgsOutcome {
    let x = this.x;
    let gradient = this.gradient;
    let reached = 0;
    const evaluate = (step: number) => {
      x = this.x.slice();
      gradient = new Float64Array(x.length);
      addScaled(x, step, direction);
      const value = this.objective(x, gradient);
      reached = step;
      return { step, value, slope: dot(gradient, direction) };
    };
    const point = wolfeStep({ step: 0, value: this.value, slope }, first, evaluate);
    if (point === undefined) return 'stalled';
    // The search may settle on a point other than the last it tried.
    if (reached !== point.step) evaluate(point.step);
    const change = gradient.slice();
    addScaled(change, -1, this.gradient);
    const step = x.slice();
    addScaled(step, -1, this.x);
    this.remember(step, change);
    const decrease = this.value - point.value;
    const size = Math.max(Math.abs(this.value), Math.abs(point.value), 1);
    this.x = x;
    this.gradient = gradient;
    this.value = point.value;
    this.iteration++;
    if (this.converged) return 'converged';
    return decrease <= VALUE_TOLERANCE * size ? 'stalled' : 'running';
  }
}
