import { LearnError } from '@trainyard/data';
import { DenseEngine } from '@trainyard/kernels';
import { factorise, solveFactored } from './cholesky.js';
import type { NormalEquations, Turns } from './normal-equations.js';

/** Pivots of a correlation matrix under this are rounding: the columns depend on each other. */
const SINGULAR = 1e-11;
/** The ridge, on the correlation scale, that picks one solution when columns depend on each other. */
const TIE_BREAK = 1e-9;
/** From this many features on the factor is made in WASM. */
const MANY_FEATURES = 200;

/**
 * Solves the penalised normal equations on the correlation scale. With dependent columns (always with more columns than rows) a
 * ridge of 1e-9 picks the solution of nearly least norm; predictions do not depend on the choice. Throws OPTION_UNSUPPORTED with the
 * memory needed when it does not suffice, FEATURE_INVALID when no ridge helps.
 */
export async function solveNormalEquations(
  equations: NormalEquations,
  alpha: number,
  turns: Turns,
): Promise<Float64Array> {
  const { gram, moment } = equations;
  const d = moment.length;
  const scales = moment.map((_, j) => Math.sqrt(gram[j * d + j]!) || 1);
  const scaledMoment = moment.map((value, j) => value / scales[j]!);
  const factor = d < MANY_FEATURES ? new SmallFactor(d) : await LargeFactor.create(d, turns);
  try {
    for (const ridge of [0, TIE_BREAK, 1e3 * TIE_BREAK, 1e6 * TIE_BREAK]) {
      for (let i = 0; i < d; i++) {
        const row = factor.row(i);
        for (let j = 0; j <= i; j++) row[j] = gram[i * d + j]! / (scales[i]! * scales[j]!);
        row[i]! += alpha / scales[i]! ** 2 + ridge;
      }
      if (!(await factor.factorise())) continue;
      return factor.solve(scaledMoment).map((value, j) => value / scales[j]!);
    }
  } finally {
    await factor.close();
  }
  throw new LearnError('FEATURE_INVALID', 'The features are too large or too dependent to fit: scale them first.');
}

/** A symmetric matrix, given by its lower triangle, and then its Cholesky factor. */
class SmallFactor {
  private readonly a: Float64Array;

  constructor(private readonly d: number) {
    this.a = new Float64Array(d * d);
  }

  row(i: number): Float64Array {
    return this.a.subarray(i * this.d, i * this.d + i + 1);
  }

  /** False when a pivot is too small. */
  async factorise(): Promise<boolean> {
    return factorise(this.a, this.d, SINGULAR);
  }

  solve(b: Float64Array): Float64Array {
    const x = b.slice();
    solveFactored(this.a, x);
    return x;
  }

  async close(): Promise<void> {}
}

/** The same in WASM, on all threads. */
class LargeFactor {
  private constructor(
    private readonly engine: DenseEngine,
    private readonly d: number,
    private readonly breathe: Turns['breathe'],
  ) {}

  static async create(d: number, { threads, breathe }: Turns): Promise<LargeFactor> {
    const engine = await DenseEngine.create({ size: d, features: 1, threads }).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw new LearnError('OPTION_UNSUPPORTED', `Too many features for least squares: ${error.message}.`);
    });
    return new LargeFactor(engine, d, breathe);
  }

  row(i: number): Float64Array {
    const { order, a } = this.engine;
    return a.subarray(i * order, i * order + i + 1);
  }

  async factorise(): Promise<boolean> {
    const { engine, d } = this;
    const { order, a } = engine;
    for (let i = d; i < order; i++) {
      a.fill(0, i * order, i * order + i);
      a[i * order + i] = 1;
    }
    if (!(await engine.factorise(this.breathe))) return false;
    for (let i = 0; i < d; i++) if (!(a[i * order + i]! ** 2 > SINGULAR)) return false;
    return true;
  }

  solve(b: Float64Array): Float64Array {
    const x = new Float64Array(this.engine.order);
    x.set(b);
    solveFactored(this.engine.a, x);
    return x.slice(0, this.d);
  }

  async close(): Promise<void> {
    await this.engine.close();
  }
}
