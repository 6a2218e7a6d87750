import type { OptimiserState } from './optimiser.js';
import type { Preconditioner } from './preconditioner.js';
import { addScaled, dot } from './vectors.js';

const MEMORY = 10;

/** The inverse Hessian estimate of limited-memory BFGS: the last ten changes of x and of the gradient (Liu and Nocedal 1989). */
export class CurvaturePairs {
  private readonly pairs: { step: Float64Array; change: Float64Array; curvature: number; size: number }[] = [];

  /** `precondition` is the estimate that the pairs correct; without it the identity. */
  constructor(private readonly precondition?: Preconditioner) {}

  get empty(): boolean {
    return this.pairs.length === 0;
  }

  clear(): void {
    this.pairs.length = 0;
  }

  /** Remembers a pair unless its curvature is lost in rounding. */
  remember(step: Float64Array, change: Float64Array): void {
    const curvature = dot(step, change);
    if (!(curvature > Number.EPSILON * dot(change, change))) return;
    const preconditioned = change.slice();
    this.precondition?.(preconditioned);
    this.pairs.push({ step, change, curvature, size: dot(change, preconditioned) });
    if (this.pairs.length > MEMORY) this.pairs.shift();
  }

  /** Minus the inverse Hessian estimate times `gradient`, by the two-loop recursion. */
  direction(gradient: Float64Array): Float64Array {
    const direction = gradient.map((g) => -g);
    const alphas = new Float64Array(this.pairs.length);
    for (let i = this.pairs.length - 1; i >= 0; i--) {
      const { step, change, curvature } = this.pairs[i]!;
      alphas[i] = dot(step, direction) / curvature;
      addScaled(direction, -alphas[i]!, change);
    }
    const newest = this.pairs.at(-1);
    this.precondition?.(direction);
    const scale = newest ? newest.curvature / newest.size : 1;
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
    for (let i = 0; i < this.pairs.length; i++) {
      const { step, change, curvature } = this.pairs[i]!;
      addScaled(direction, alphas[i]! - dot(change, direction) / curvature, step);
    }
    return direction;
  }

  save(d: number): Pick<OptimiserState, 'steps' | 'changes'> {
    const steps = new Float64Array(this.pairs.length * d);
    const changes = new Float64Array(this.pairs.length * d);
    this.pairs.forEach((pair, i) => {
      steps.set(pair.step, i * d);
      changes.set(pair.change, i * d);
    });
    return { steps, changes };
  }

  restore({ x, steps, changes }: OptimiserState): void {
    const d = x.length;
    for (let i = 0; (i + 1) * d <= steps.length; i++) {
      this.remember(steps.slice(i * d, (i + 1) * d), changes.slice(i * d, (i + 1) * d));
    }
  }
}
