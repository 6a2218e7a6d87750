import { BLOCK_ROWS, BLOCK_WORDS, type Layout } from './layout.js';

/** How gradient pairs spread: the largest |gradient| and hessian, and the sums of |gradient| and of its square. */
export interface Spread {
  gradient: number;
  hessian: number;
  sum: number;
  sumOfSquares: number;
}

type Blocks = Pick<Layout, 'blocks' | 'places' | 'shape'>;

/** The spreads of places 0 to count - 1, from what the threads wrote for each block of rows. */
export function readSpreads(doubles: Float64Array, layout: Blocks, count: number): Spread[] {
  const { blocks, places } = layout;
  return Array.from({ length: count }, (_, place) => {
    const spread = { gradient: 0, hessian: 0, sum: 0, sumOfSquares: 0 };
    for (let block = 0; block < blockCount(layout); block++) {
      const at = (blocks >>> 3) + (block * places + place) * BLOCK_WORDS;
      spread.gradient = Math.max(spread.gradient, doubles[at]!);
      spread.hessian = Math.max(spread.hessian, doubles[at + 1]!);
      spread.sum += doubles[at + 2]!;
      spread.sumOfSquares += doubles[at + 3]!;
    }
    return spread;
  });
}

/** The sum of what the threads wrote first for each block of rows: the same on any number of threads. */
export function sumBlocks(doubles: Float64Array, layout: Blocks): number {
  let sum = 0;
  for (let block = 0; block < blockCount(layout); block++) sum += doubles[(layout.blocks >>> 3) + block * BLOCK_WORDS]!;
  return sum;
}

function blockCount({ shape }: Blocks): number {
  return Math.ceil(shape.rows / BLOCK_ROWS);
}
