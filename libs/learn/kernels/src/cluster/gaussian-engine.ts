import { loadKernels } from '../team/load-kernels.js';
import { returnMemory, takeMemory } from '../team/memory.js';

interface GaussianKernels {
  squaredLengths(
    ...args: [
      ...[x: number, n: number, stride: number, features: number],
      ...[mean: number, whitening: number, deviation: number, out: number],
    ]
  ): void;
  squaredLengthsDiagonal(x: number, n: number, stride: number, mean: number, inverse: number, out: number): void;
  addWeighted(x: number, n: number, stride: number, weights: number, sum: number): void;
  addScatter(
    ...args: [
      ...[x: number, n: number, stride: number, features: number],
      ...[mean: number, weights: number, deviation: number, scatter: number],
    ]
  ): void;
  addScatterDiagonal(
    ...args: [x: number, n: number, stride: number, mean: number, weights: number, scatter: number]
  ): void;
}

const FIRST_ADDRESS = 1 << 16;
const MOST_BYTES = 2 ** 32 - 2 ** 16;

/** The sums over rows that normal distributions need, in f64, over f32 rows held in WASM memory. */
export class GaussianEngine {
  /** Numbers from one row to the next, padded with 0. */
  readonly stride: number;
  readonly rows: Float32Array;
  private readonly kernels: GaussianKernels;
  private readonly memory: WebAssembly.Memory;
  private readonly mean: Float64Array;
  private readonly matrix: Float64Array;
  private readonly deviation: number;
  private readonly perRow: Float64Array;

  /** Throws RangeError when 4 GB do not hold `count` rows. */
  constructor(
    readonly count: number,
    private readonly features: number,
  ) {
    this.stride = Math.ceil(features / 4) * 4;
    const { stride } = this;
    const matrixBytes = stride * stride * 8;
    const bytes = FIRST_ADDRESS + stride * 16 + matrixBytes + count * 8 + count * stride * 4;
    if (!(bytes <= MOST_BYTES)) {
      throw new RangeError(
        `${count} rows x ${features} features need ${(bytes / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
      );
    }
    this.memory = takeMemory(bytes);
    this.kernels = loadKernels<GaussianKernels>(this.memory);
    const { buffer } = this.memory;
    this.deviation = FIRST_ADDRESS;
    this.mean = new Float64Array(buffer, this.deviation + stride * 8, stride).fill(0);
    this.matrix = new Float64Array(buffer, this.mean.byteOffset + stride * 8, stride * stride).fill(0);
    this.perRow = new Float64Array(buffer, this.matrix.byteOffset + matrixBytes, count);
    this.rows = new Float32Array(buffer, this.perRow.byteOffset + count * 8, count * stride).fill(0);
  }

  close(): void {
    returnMemory(this.memory);
  }

  /** |W (x - mean)|^2 of rows [from, to), W lower triangular `f x f`. The answer is overwritten by the next call. */
  lengths(from: number, to: number, mean: Float64Array, whitening: Float64Array): Float64Array {
    this.place(mean, whitening);
    const { stride, features, deviation, perRow } = this;
    const out = perRow.byteOffset;
    this.kernels.squaredLengths(
      ...([this.row(from), to - from, stride, features] as const),
      ...([this.mean.byteOffset, this.matrix.byteOffset, deviation, out] as const),
    );
    return perRow.subarray(0, to - from);
  }

  /** Sums of (x - mean)^2 * inverse variance of rows [from, to). The answer is overwritten by the next call. */
  lengthsDiagonal(from: number, to: number, mean: Float64Array, inverse: Float64Array): Float64Array {
    this.mean.set(mean);
    this.matrix.set(inverse);
    const { stride, perRow } = this;
    const [at, out] = [this.matrix.byteOffset, perRow.byteOffset];
    this.kernels.squaredLengthsDiagonal(this.row(from), to - from, stride, this.mean.byteOffset, at, out);
    return perRow.subarray(0, to - from);
  }

  /** Adds the weighted sum of rows [from, to) to `sum` (f entries). */
  addSum(from: number, to: number, weights: Float64Array, sum: Float64Array): void {
    this.perRow.set(weights);
    this.mean.fill(0);
    this.mean.set(sum);
    this.kernels.addWeighted(this.row(from), to - from, this.stride, this.perRow.byteOffset, this.mean.byteOffset);
    sum.set(this.mean.subarray(0, this.features));
  }

  /** Adds the weighted scatter of rows [from, to) around `mean` to the lower triangle of `scatter` (`f x f`). */
  addScatter(from: number, to: number, weights: Float64Array, mean: Float64Array, scatter: Float64Array): void {
    this.perRow.set(weights);
    this.place(mean, scatter);
    const { stride, features, deviation } = this;
    this.kernels.addScatter(
      ...([this.row(from), to - from, stride, features] as const),
      ...([this.mean.byteOffset, this.perRow.byteOffset, deviation, this.matrix.byteOffset] as const),
    );
    for (let j = 0; j < features; j++) {
      scatter.set(this.matrix.subarray(j * stride, j * stride + j + 1), j * features);
    }
  }

  /** As `addScatter`, of the diagonal alone (f entries). */
  addScatterDiagonal(from: number, to: number, weights: Float64Array, mean: Float64Array, scatter: Float64Array): void {
    this.perRow.set(weights);
    this.mean.set(mean);
    this.matrix.fill(0, 0, this.stride);
    this.matrix.set(scatter);
    const [at, out] = [this.perRow.byteOffset, this.matrix.byteOffset];
    this.kernels.addScatterDiagonal(this.row(from), to - from, this.stride, this.mean.byteOffset, at, out);
    scatter.set(this.matrix.subarray(0, this.features));
  }

  private row(i: number): number {
    return this.rows.byteOffset + i * this.stride * 4;
  }

  private place(mean: Float64Array, triangle: Float64Array): void {
    const { stride, features } = this;
    this.mean.fill(0);
    this.mean.set(mean);
    for (let j = 0; j < features; j++) {
      this.matrix.set(triangle.subarray(j * features, j * features + j + 1), j * stride);
      this.matrix.fill(0, j * stride + j + 1, (j + 1) * stride);
    }
  }
}
