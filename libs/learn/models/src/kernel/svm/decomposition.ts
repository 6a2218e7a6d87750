import type { KernelRowsEngine } from '@trainyard/kernels';
import { type DualProblem, type Expansion, expansionOf, rowCoefficients } from './dual-problem.js';
import { type Violation, WorkingSetChooser } from './working-set.js';

/** All that a half-solved problem is: continuing from it gives what never stopping gives. */
export interface DecompositionState {
  /** Coefficients of the variables. */
  readonly b: Float64Array;
  /** Kernel expansion of each row that is not shrunk away. */
  readonly sums: Float64Array;
  /** Coefficients and expansions of all rows when all of them were active last. */
  readonly syncedCoefficients: Float64Array;
  readonly syncedSums: Float64Array;
  /** Places of the rows that are not shrunk away, ascending. */
  readonly active: Int32Array;
  readonly workingSet: Int32Array;
  readonly round: number;
  readonly steps: number;
}

export interface SolverSettings {
  readonly tolerance: number;
  /** Most SMO steps; Infinity for no limit. */
  readonly maxSteps: number;
  readonly shrinking: boolean;
  /** Variables of a working set. */
  readonly workingSet: number;
}

/** SMO steps between two looks at the clock. */
const STEPS_PER_TURN = 4096;
/** Rounds between two attempts to shrink, and the least share of rows worth shrinking away. */
const SHRINK_EVERY = 8;
const SHRINK_SHARE = 0.1;

/**
 * Solves a dual problem by decomposition (Joachims 1999): of all variables a working set is chosen, its kernel rows are
 * computed in one go as a matrix product, SMO with second-order selection (Fan, Chen and Lin 2005) solves for the set, and the gradients of
 * all other rows follow. Rows whose variables sit at a bound that they will not leave are shrunk away; when the rest is
 * solved their gradients are reconstructed and all rows are looked at again. Ends when the violation is under the tolerance,
 * which is libsvm's criterion.
 */
export class Decomposition {
  private readonly chooser: WorkingSetChooser;
  private readonly b: Float64Array;
  private readonly sums: Float64Array;
  private syncedCoefficients: Float64Array;
  private syncedSums: Float64Array;
  private active: Int32Array;
  private variables: Int32Array;
  private gradients: Float64Array;
  private readonly isActive: Uint8Array;
  private readonly columnOf: Int32Array;
  private workingSet: number[];
  private round: number;
  private steps: number;
  /** Set when `tolerance` is reached or no step is left. */
  done = false;
  violation = Number.POSITIVE_INFINITY;
  /** An intercept to go by while the problem is not solved. */
  middle = 0;

  constructor(
    private readonly engine: KernelRowsEngine,
    private readonly problem: DualProblem,
    private readonly settings: SolverSettings,
    private readonly between: () => Promise<void>,
    resume?: DecompositionState,
  ) {
    const n = problem.rows.length;
    const variables = problem.place.length;
    this.chooser = new WorkingSetChooser(problem, settings.workingSet);
    this.b = resume?.b.slice() ?? new Float64Array(variables);
    this.sums = resume?.sums.slice() ?? new Float64Array(n);
    this.syncedCoefficients = resume?.syncedCoefficients.slice() ?? new Float64Array(n);
    this.syncedSums = resume?.syncedSums.slice() ?? new Float64Array(n);
    this.workingSet = [...(resume?.workingSet ?? [])];
    this.round = resume?.round ?? 0;
    this.steps = resume?.steps ?? 0;
    this.isActive = new Uint8Array(variables);
    this.columnOf = new Int32Array(n);
    this.gradients = new Float64Array(variables);
    this.active = resume?.active.slice() ?? Int32Array.from({ length: n }, (_, i) => i);
    this.variables = this.activate(this.active);
  }

  /** What `Decomposition` is given to continue. */
  state(): DecompositionState {
    this.collect();
    return {
      b: this.b.slice(),
      sums: this.sums.slice(),
      syncedCoefficients: this.syncedCoefficients.slice(),
      syncedSums: this.syncedSums.slice(),
      active: this.active.slice(),
      workingSet: Int32Array.from(this.workingSet),
      round: this.round,
      steps: this.steps,
    };
  }

  get stepsTaken(): number {
    return this.steps;
  }

  get shrunkTo(): number {
    return this.active.length;
  }

  /** Where all kernel rows are held, leaving columns out of them saves nothing. */
  private get shrinks(): boolean {
    return this.settings.shrinking && !this.engine.holdsAll;
  }

  /** One working set. */
  async advance(): Promise<void> {
    let { top, bottom } = this.look();
    if (top - bottom < this.settings.tolerance && this.active.length < this.problem.rows.length) {
      await this.reconstruct();
      ({ top, bottom } = this.look());
      if (top - bottom >= this.settings.tolerance && (await this.shrink(top, bottom))) ({ top, bottom } = this.look());
    } else if (this.shrinks && this.round > 0 && this.round % SHRINK_EVERY === 0 && (await this.shrink(top, bottom))) {
      ({ top, bottom } = this.look());
    }
    this.violation = Math.max(0, top - bottom);
    this.middle = Number.isFinite(top + bottom) ? (top + bottom) / 2 : 0;
    if (this.violation < this.settings.tolerance || this.steps >= this.settings.maxSteps) {
      if (this.active.length < this.problem.rows.length) await this.reconstruct();
      this.done = true;
      return;
    }
    await this.improve(this.violation);
    this.round++;
  }

  /** The solution; meant for after `done`. */
  expansion(): Expansion {
    this.collect();
    return expansionOf(this.problem, this.b, this.sums);
  }

  /** Mean hinge or epsilon-insensitive loss of the rows, each weighted by its C, at the intercept that `expansion` gives. */
  loss(intercept: number): number {
    this.collect();
    const { problem, sums } = this;
    let total = 0;
    let weight = 0;
    for (let v = 0; v < problem.place.length; v++) {
      const residual = sums[problem.place[v]!]! + problem.offset[v]! + intercept;
      const bound = problem.high[v]! - problem.low[v]!;
      total += bound * Math.max(0, problem.high[v]! > 0 ? -residual : residual);
      weight += bound;
    }
    // The two variables of a regression's row share its weight.
    return (total / weight) * (problem.place.length / problem.rows.length);
  }

  private look(): Violation {
    const { columnOf, engine, gradients, problem, variables } = this;
    for (let i = 0; i < variables.length; i++) {
      const v = variables[i]!;
      gradients[i] = engine.sums[columnOf[problem.place[v]!]!]! + problem.offset[v]!;
    }
    return this.chooser.scan(variables, gradients, this.b);
  }

  private async improve(violation: number): Promise<void> {
    const { b, columnOf, engine, problem, settings } = this;
    const set = this.chooser.choose(this.workingSet, this.isActive, b);
    this.workingSet = set;
    const q = set.length;
    const rows = Int32Array.from(set, (v) => problem.rows[problem.place[v]!]!);
    const columns = Int32Array.from(set, (v) => columnOf[problem.place[v]!]!);
    await engine.load(rows, this.between);
    engine.gather(rows, columns);
    set.forEach((v, i) => {
      engine.coefficients[i] = b[v]!;
      engine.gradients[i] = engine.sums[columns[i]!]! + problem.offset[v]!;
      engine.low[i] = problem.low[v]!;
      engine.high[i] = problem.high[v]!;
    });
    const tolerance = Math.max(settings.tolerance * 0.5, violation * 0.1);
    const budget = Math.min(settings.maxSteps - this.steps, 100 * q + 10_000);
    for (let taken = 0; taken < budget; ) {
      const result = engine.optimise(q, tolerance, Math.min(STEPS_PER_TURN, budget - taken));
      taken += result.steps;
      this.steps += result.steps;
      if (result.violation < tolerance || result.steps === 0) break;
      await this.between();
    }
    const changed: number[] = [];
    const deltas: number[] = [];
    set.forEach((v, i) => {
      const delta = engine.coefficients[i]! - b[v]!;
      if (delta === 0) return;
      b[v] = engine.coefficients[i]!;
      changed.push(rows[i]!);
      deltas.push(delta);
    });
    engine.addRows(Int32Array.from(changed), Float64Array.from(deltas));
    await this.between();
  }

  /** Leaves out rows whose variables are all at a bound and pushed against it. True when enough rows were found. */
  private async shrink(top: number, bottom: number): Promise<boolean> {
    const { b, gradients, problem, variables } = this;
    const stays = new Uint8Array(problem.rows.length);
    for (let i = 0; i < variables.length; i++) {
      const v = variables[i]!;
      const value = -gradients[i]!;
      const leaves = b[v]! >= problem.high[v]! ? value > top : b[v]! <= problem.low[v]! && value < bottom;
      if (!leaves) stays[problem.place[v]!] = 1;
    }
    const kept = this.active.filter((place) => stays[place] === 1);
    if (kept.length > (1 - SHRINK_SHARE) * this.active.length || kept.length < 2) return false;
    this.collect();
    if (this.active.length === problem.rows.length) {
      this.syncedCoefficients = rowCoefficients(problem, b);
      this.syncedSums = this.sums.slice();
    }
    const { columnOf, engine } = this;
    await engine.keep(
      Int32Array.from(kept, (place) => columnOf[place]!),
      this.between,
    );
    this.variables = this.take(kept);
    return true;
  }

  /** Brings the gradients of the rows that were shrunk away up to date and makes all rows active. */
  private async reconstruct(): Promise<void> {
    const { engine, problem, sums } = this;
    this.collect();
    const isActive = new Uint8Array(problem.rows.length);
    for (const place of this.active) isActive[place] = 1;
    const away = Int32Array.from(sums.keys()).filter((place) => isActive[place] === 0);
    const now = rowCoefficients(problem, this.b);
    const changed = Int32Array.from(now.keys()).filter((place) => now[place] !== this.syncedCoefficients[place]);
    engine.activate(Int32Array.from(away, (place) => problem.rows[place]!));
    away.forEach((place, column) => {
      engine.sums[column] = this.syncedSums[place]!;
    });
    for (let first = 0; first < changed.length; first += 64) {
      const batch = changed.subarray(first, first + 64);
      const rows = Int32Array.from(batch, (place) => problem.rows[place]!);
      await engine.load(rows, this.between);
      engine.addRows(
        rows,
        Float64Array.from(batch, (place) => now[place]! - this.syncedCoefficients[place]!),
      );
    }
    away.forEach((place, column) => {
      sums[place] = engine.sums[column]!;
    });
    this.variables = this.activate(Int32Array.from({ length: problem.rows.length }, (_, i) => i));
  }

  /** Copies the active rows' sums out of the engine. */
  private collect(): void {
    const { active, columnOf, engine, sums } = this;
    for (const place of active) sums[place] = engine.sums[columnOf[place]!]!;
  }

  /** Makes these places active, with an empty cache. Returns the variables that belong to them. */
  private activate(places: Int32Array): Int32Array {
    const { engine, problem } = this;
    // An engine that holds all kernel rows has all rows of the matrix active, for this problem and the next.
    if (!engine.holdsAll) engine.activate(Int32Array.from(places, (place) => problem.rows[place]!));
    return this.take(places);
  }

  /** Takes note of the places that the engine has active. Returns the variables that belong to them. */
  private take(places: Int32Array): Int32Array {
    const { columnOf, engine, isActive, problem, sums } = this;
    columnOf.fill(-1);
    places.forEach((place, i) => {
      const column = engine.holdsAll ? problem.rows[place]! : i;
      columnOf[place] = column;
      engine.sums[column] = sums[place]!;
    });
    this.active = places;
    for (let v = 0; v < isActive.length; v++) isActive[v] = columnOf[problem.place[v]!]! >= 0 ? 1 : 0;
    return Int32Array.from(isActive.keys()).filter((v) => isActive[v] === 1);
  }
}
