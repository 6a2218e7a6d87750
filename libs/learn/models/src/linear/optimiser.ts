/** Writes the gradient at `x` into `gradient` and resolves to the value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => Promise<number>;

/** All that the next step depends on, so that a run continued from it is the run that was never stopped. */
export interface OptimiserState {
  readonly x: Float64Array;
  readonly value: number;
  readonly iteration: number;
  /** `pairs x d`, oldest first: the last changes of x and of the gradient. */
  readonly steps: Float64Array;
  readonly changes: Float64Array;
}

/** Stalled: rounding lets no step decrease the value. */
export type Outcome = 'running' | 'converged' | 'stalled';

/** Minimises one iteration a call, so that the caller can report, stop and save in between. */
export interface Optimiser {
  readonly x: Float64Array;
  readonly value: number;
  readonly iteration: number;
  readonly converged: boolean;
  step(): Promise<Outcome>;
  state(): OptimiserState;
}

/** SciPy's ftol as scikit-learn sets it: 64 rounding errors. */
const VALUE_TOLERANCE = 64 * Number.EPSILON;

/** Whether a step from `before` to `after` is too small to matter. */
export function isStall(before: number, after: number): boolean {
  return before - after <= VALUE_TOLERANCE * Math.max(Math.abs(before), Math.abs(after), 1);
}
