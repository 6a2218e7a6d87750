import { CONTROL_BYTES } from '../team/rendezvous.js';

/** What a dense engine must hold. */
export interface DenseShape {
  /** Points: the matrices are size x size. */
  readonly size: number;
  readonly features: number;
  readonly threads: number;
}

/** Rows and columns of a tile. */
export const TILE = 64;
/** Rows of a tile where a row costs much. */
export const STRIP = 16;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
/** The kernels keep constants of their own below this address. */
const FIRST_ADDRESS = 1 << 16;

/** Byte addresses in one memory shared by all threads. */
export interface DenseLayout {
  readonly shape: DenseShape;
  /** Rows and columns of the matrices: the size rounded up to a multiple of 4. */
  readonly order: number;
  /** Doubles of a point: the features rounded up to a multiple of 2. */
  readonly width: number;
  readonly control: number;
  readonly command: number;
  readonly points: number;
  /** Slopes of each tile of rows, width + 2 doubles. */
  readonly sums: number;
  readonly a: number;
  readonly b: number;
  readonly bytes: number;
}

/** Bytes that `size` points of `features` features need. */
export function denseBytes({ size, features }: Pick<DenseShape, 'size' | 'features'>): number {
  const order = Math.ceil(size / 4) * 4;
  return 2 * order * order * 8 + order * (features + 1) * 8;
}

/** Lays out the memory. Throws RangeError when the shape needs more than 4 GB. */
export function layOutDense(shape: DenseShape): DenseLayout {
  const { size, features } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 1024) * 1024;
    return at;
  };
  const order = Math.ceil(size / 4) * 4;
  const width = Math.ceil(features / 2) * 2;
  const layout = {
    ...{ shape, order, width },
    control: take(CONTROL_BYTES),
    command: take(64),
    points: take(order * width * 8),
    sums: take(Math.ceil(order / TILE) * (width + 2) * 8),
    a: take(order * order * 8),
    b: take(order * order * 8),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(`matrices of ${size} x ${size} need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`);
  }
  return { ...layout, bytes: top };
}
