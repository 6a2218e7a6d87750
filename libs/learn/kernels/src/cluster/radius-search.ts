import { loadKernels } from '../team/load-kernels.js';
import { returnMemory, takeMemory } from '../team/memory.js';

interface RadiusKernels {
  rowsWithin(
    ...args: [
      ...[query: number, x: number, from: number, to: number],
      ...[stride: number, manhattan: number, radius: number, out: number],
    ]
  ): number;
}

const FIRST_ADDRESS = 1 << 16;
const MOST_BYTES = 2 ** 32 - 2 ** 16;

/**
 * Finds the rows within a radius of a point, exactly. Rows are laid out in strips as wide as the radius along the column that
 * varies most, each strip in order of the next such column: a search compares with a window of three strips, by SIMD, and in many
 * dimensions, where strips do not help, with all rows. Memory is that of the rows.
 */
export class RadiusSearch {
  /** Row numbers in the order in which they are laid out. */
  readonly order: Uint32Array;
  private readonly kernels: RadiusKernels;
  private readonly memory: WebAssembly.Memory;
  private readonly stride: number;
  private readonly query: number;
  private readonly found: number;
  private readonly floats: Float32Array;
  private readonly columns: readonly [number, number];
  private readonly least: number;
  private readonly strips: number;
  /** Where each strip begins in the order. */
  private readonly starts: Uint32Array;
  private readonly seconds: Float32Array;

  /** `x` is row-major `rows x cols`, all finite; `radius` above 0. Throws RangeError when 4 GB do not hold the rows. */
  constructor(
    x: { readonly rows: number; readonly cols: number; readonly data: Float32Array },
    private readonly radius: number,
    private readonly manhattan: boolean,
  ) {
    const { rows, cols, data } = x;
    this.stride = Math.ceil(cols / 4) * 4;
    this.query = FIRST_ADDRESS;
    const base = FIRST_ADDRESS + this.stride * 4;
    this.found = base + rows * this.stride * 4;
    const bytes = this.found + rows * 4;
    if (!(bytes <= MOST_BYTES)) {
      throw new RangeError(
        `${rows} rows x ${cols} features need ${(bytes / 1e9).toFixed(1)} GB, and 4.2 GB is the most`,
      );
    }
    this.columns = widestColumns(x);
    const [first, second] = this.columns;
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < rows; i++) {
      least = Math.min(least, data[i * cols + first]!);
      most = Math.max(most, data[i * cols + first]!);
    }
    this.least = least;
    this.strips = Math.max(1, Math.min(rows, Math.floor((most - least) / radius) + 1));
    const stripOf = Uint32Array.from({ length: rows }, (_, i) => this.stripAt(data[i * cols + first]!));
    const value = (row: number) => data[row * cols + second]!;
    this.order = Uint32Array.from(stripOf.keys()).sort(
      (a, b) => stripOf[a]! - stripOf[b]! || value(a) - value(b) || a - b,
    );
    this.starts = new Uint32Array(this.strips + 1);
    for (const strip of stripOf) this.starts[strip + 1]!++;
    for (let strip = 0; strip < this.strips; strip++) this.starts[strip + 1]! += this.starts[strip]!;
    this.seconds = Float32Array.from(this.order, value);
    this.memory = takeMemory(bytes);
    this.kernels = loadKernels<RadiusKernels>(this.memory);
    this.floats = new Float32Array(this.memory.buffer, base, rows * this.stride).fill(0);
    new Float32Array(this.memory.buffer, this.query, this.stride).fill(0);
    this.order.forEach((row, place) => {
      this.floats.set(data.subarray(row * cols, (row + 1) * cols), place * this.stride);
    });
  }

  /** Gives the memory back: no search may follow. */
  close(): void {
    returnMemory(this.memory);
  }

  /** Places (in `order`) of the rows within the radius of `point`; overwritten by the next search. */
  around(point: Float32Array): Uint32Array {
    new Float32Array(this.memory.buffer, this.query, this.stride).set(point);
    const own = point[this.columns[0]]!;
    const beside = point[this.columns[1]]!;
    // Rounding must not push a row at exactly the radius out of the window.
    const reach = this.radius * (1 + 1e-6) + Math.abs(beside) * 1e-6;
    const middle = (own - this.least) / this.radius;
    const from = Math.min(this.strips - 1, Math.max(0, Math.floor(middle - 1 - 1e-6 * (1 + Math.abs(middle)))));
    const to = Math.min(this.strips - 1, Math.floor(middle + 1 + 1e-6 * (1 + Math.abs(middle))));
    let n = 0;
    for (let strip = from; strip <= to; strip++) {
      const begin = this.firstAtLeast(beside - reach, this.starts[strip]!, this.starts[strip + 1]!);
      const end = this.firstAtLeast(beside + reach, begin, this.starts[strip + 1]!, true);
      n += this.compare(begin, end, this.found + n * 4);
    }
    return new Uint32Array(this.memory.buffer, this.found, n);
  }

  private compare(begin: number, end: number, out: number): number {
    const { radius, stride, query, manhattan } = this;
    const limit = manhattan ? radius : radius * radius;
    return this.kernels.rowsWithin(query, this.floats.byteOffset, begin, end, stride, manhattan ? 1 : 0, limit, out);
  }

  private stripAt(value: number): number {
    return Math.min(this.strips - 1, Math.floor((value - this.least) / this.radius));
  }

  /** The first place in [from, to) whose second column is at least (or, `above`, above) the value. */
  private firstAtLeast(value: number, from: number, to: number, above = false): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.seconds[middle]! < value || (above && this.seconds[middle]! === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The two columns of the largest variances (one twice when there is one). */
function widestColumns({ rows, cols, data }: { rows: number; cols: number; data: Float32Array }): [number, number] {
  const sums = new Float64Array(cols);
  const squares = new Float64Array(cols);
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) {
      const value = data[at]! - data[j]!;
      sums[j]! += value;
      squares[j]! += value * value;
    }
  }
  const spread = squares.map((square, j) => square - (sums[j]! * sums[j]!) / rows);
  const order = [...spread.keys()].sort((a, b) => spread[b]! - spread[a]!);
  return [order[0]!, order[1] ?? order[0]!];
}
