import { returnMemory, takeMemory } from '../team/memory.js';
import { Team } from '../team/team.js';
import { createLane, DEFINITE, type DenseLane, STEP } from './dense-lane.js';
import { type DenseLayout, type DenseShape, layOutDense, STRIP, TILE } from './dense-layout.js';

/** The correlation functions of Gaussian processes. */
export const COVARIANCE_KINDS = ['rbf', 'matern32', 'matern52', 'rational_quadratic'] as const;
export type CovarianceKind = (typeof COVARIANCE_KINDS)[number];

/** A covariance of points that are divided by the length scales: `variance * correlation`. `shape` is rational quadratic's alpha. */
export interface Covariance {
  readonly kind: CovarianceKind;
  readonly variance: number;
  readonly shape: number;
}

/** The derivatives of a sum of covariances. */
export interface CovarianceSlopes {
  readonly logVariance: number;
  readonly logShape: number;
  /** One entry a feature. */
  readonly logScales: Float64Array;
}

/** Tiles a thread takes between looks at the event loop: at most some 40 milliseconds at 5,000 points. */
const COVARIANCE_TILES = 2;
const PRODUCT_TILES = 6;

/**
 * Symmetric positive definite matrices of some thousand rows in WASM memory, on one or more threads: covariances, Cholesky factor,
 * solutions, inverse. Two matrices, A and B, of `order` rows and columns (the size rounded up to a multiple of 4). No entry depends
 * on the number of threads. Methods await `breathe` between steps.
 */
export class DenseEngine {
  readonly order: number;
  /** Doubles of a point. */
  readonly width: number;
  readonly points: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  private readonly sums: Float64Array;

  private constructor(
    private readonly team: Team<DenseLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: DenseLayout,
  ) {
    const { buffer } = memory;
    const { order, width } = layout;
    this.order = order;
    this.width = width;
    this.points = new Float64Array(buffer, layout.points, order * width);
    this.sums = new Float64Array(buffer, layout.sums, Math.ceil(order / TILE) * (width + 2));
    this.a = new Float64Array(buffer, layout.a, order * order);
    this.b = new Float64Array(buffer, layout.b, order * order);
  }

  /** Throws RangeError when the matrices do not fit in 4 GB. */
  static async create(shape: DenseShape): Promise<DenseEngine> {
    const layout = layOutDense(shape);
    const memory = takeMemory(layout.bytes);
    new Uint8Array(memory.buffer).fill(0, layout.control, layout.sums);
    const module = new URL('./dense-lane.js', import.meta.url);
    return new DenseEngine(await Team.start(module, createLane, { memory, layout }, shape.threads), memory, layout);
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /** The lower triangle of A becomes the covariances of the points; rows beyond the size those of the unit matrix. */
  async covariance({ kind, variance, shape }: Covariance, breathe: () => Promise<void>): Promise<void> {
    const code = COVARIANCE_KINDS.indexOf(kind);
    await this.tiles(STEP.covariance, 0, TILE, COVARIANCE_TILES, [code, shape, variance], breathe);
    const { order, a } = this;
    for (let i = this.layout.shape.size; i < order; i++) {
      a.fill(0, i * order, (i + 1) * order);
      a[i * order + i] = 1;
    }
  }

  /** Replaces the lower triangle of A by its Cholesky factor L. False when A is not positive definite. */
  async factorise(breathe: () => Promise<void>): Promise<boolean> {
    for (let k = 0; k * TILE < this.order; k++) {
      if (k > 0) await this.tiles(STEP.products, k, TILE, PRODUCT_TILES, [k], breathe);
      this.run(STEP.panel, k);
      if (this.team.lane.command[DEFINITE] === 0) return false;
      await breathe();
    }
    return true;
  }

  /** Each of the first `count` rows x of B becomes the solution of L y = x. `upper`: B has only zeros before its diagonal. */
  async solveRows(count: number, upper: boolean, breathe: () => Promise<void>): Promise<void> {
    const strips = Math.ceil(count / STRIP);
    const { threads } = this.layout.shape;
    for (let first = 0; first < strips; first += threads) {
      this.run(STEP.solve, first, Math.min(strips, first + threads), upper ? 1 : 0);
      await breathe();
    }
  }

  /** The lower triangle of A less B B'. Unless `full`, B has only zeros before its diagonal, as the inverse of L' has. */
  async subtractOuter(breathe: () => Promise<void>, full = false): Promise<void> {
    await this.tiles(STEP.outer, 0, STRIP, 1, [full ? 1 : 0], breathe);
  }

  /** Derivatives of the sum over pairs i > j of A[i][j] times their covariance. */
  async slopes({ kind, variance, shape }: Covariance, breathe: () => Promise<void>): Promise<CovarianceSlopes> {
    this.sums.fill(0);
    const code = COVARIANCE_KINDS.indexOf(kind);
    await this.tiles(STEP.slopes, 0, TILE, COVARIANCE_TILES, [code, shape, variance], breathe);
    const total = new Float64Array(this.width + 2);
    for (let i = 0; i < this.sums.length; i++) total[i % total.length]! += this.sums[i]!;
    const logScales = total.slice(2, 2 + this.layout.shape.features);
    return { logVariance: total[0]!, logShape: total[1]!, logScales };
  }

  private async tiles(
    step: number,
    from: number,
    size: number,
    atOnce: number,
    args: readonly number[],
    breathe: () => Promise<void>,
  ): Promise<void> {
    const end = Math.ceil(this.order / size);
    const stride = atOnce * this.layout.shape.threads;
    for (let first = from; first < end; first += stride) {
      this.run(step, first, Math.min(end, first + stride), ...args);
      await breathe();
    }
  }

  private run(...command: readonly number[]): void {
    this.team.lane.command.set(command);
    this.team.step();
  }
}
