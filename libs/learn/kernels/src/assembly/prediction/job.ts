// A job: trees to add to the scores of many rows, in blocks that threads take one by one. Its record holds u32 words: the rows'
// address (row-major f32) at 0, their number at 4, bytes a row at 8, rows a block (a multiple of 64) at 12, the address of the
// scores (row-major f64) at 16, scores a row at 20, the address of what says which columns there are (for a sweep slots'
// records, for a walk column numbers) at 24, their number at 28, slots among the bins at 32, the address of the trees'
// records at 36, their number at 40, the address of the leaves' vectors (0: leaves hold values) at 44, of the records of
// categorical columns (12 bytes: column in a block, table, codes) at 48 and their number at 52. Rows and scores have room for
// a multiple of 64 rows.
import { binRows, hasMissing, ROWS } from './bin';
import { binSlot, gatherRows } from './gather';
import { addSwept, sweepTree } from './sweep';
import { addLeafVectors, addLeaves, walkTree } from './walk';

/** Room for findings put aside: one for two leaves of a tree, and one more. */
const ASIDE_BYTES: usize = 65 * 64;

/** Sweeps trees over block `block`, of 64 rows. `scratch` has room for 64 bytes a slot, 512 a score of a row, and 4,224. */
export function sweepBlock(job: usize, block: i32, scratch: usize): void {
  const from = block * ROWS;
  const outputs = <usize>load<u32>(job, 20);
  const leaves = scratch;
  const aside = leaves + 64;
  const planes = aside + ASIDE_BYTES;
  const bins = planes + (outputs << 9);
  const scores = <usize>load<u32>(job, 16) + ((<usize>from * outputs) << 3);
  const bytes = <usize>load<u32>(job, 8);
  const rows = <usize>load<u32>(job) + <usize>from * bytes;
  const missing = hasMissing(rows, rows + <usize>ROWS * bytes);
  binRows(rows, bytes, <usize>load<u32>(job, 24), load<i32>(job, 28), missing, bins);
  toPlanes(scores, outputs, planes);
  const vectors = <usize>load<u32>(job, 44);
  let tree = <usize>load<u32>(job, 36);
  for (const end = tree + ((<usize>load<u32>(job, 40)) << 4); tree < end; tree += 16) {
    sweepTree(tree, bins, leaves, aside);
    if (vectors == 0) addSwept(tree, leaves, planes + ((<usize>load<u32>(tree, 12)) << 9));
    else addSweptVectors(<usize>load<u32>(tree, 8), leaves, vectors, outputs, planes);
  }
  fromPlanes(planes, outputs, scores);
}

function addSweptVectors(numbers: usize, leaves: usize, vectors: usize, outputs: usize, planes: usize): void {
  for (const end = leaves + 64; leaves < end; leaves++, planes += 8) {
    let vector = vectors + ((<usize>load<u32>(numbers + ((<usize>load<u8>(leaves)) << 2)) * outputs) << 2);
    for (let at = planes, last = planes + (outputs << 9); at < last; at += 512, vector += 4) {
      store<f64>(at, load<f64>(at) + <f64>load<f32>(vector));
    }
  }
}

/** The scores of 64 rows, output by output. */
function toPlanes(scores: usize, outputs: usize, planes: usize): void {
  for (const end = planes + 512; planes < end; planes += 8) {
    for (let at = planes, last = planes + (outputs << 9); at < last; at += 512, scores += 8)
      store<f64>(at, load<f64>(scores));
  }
}

function fromPlanes(planes: usize, outputs: usize, scores: usize): void {
  for (const end = planes + 512; planes < end; planes += 8) {
    for (let at = planes, last = planes + (outputs << 9); at < last; at += 512, scores += 8)
      store<f64>(scores, load<f64>(at));
  }
}

/**
 * Walks the rows of a block through trees, all rows through a tree before the next. `scratch` has room for four bytes a row,
 * and 64 a column and eight rows.
 */
export function walkBlock(job: usize, block: i32, scratch: usize): void {
  const size = load<i32>(job, 12);
  const from = block * size;
  const rows = min<i32>(size, load<i32>(job, 4) - from);
  const outputs = load<i32>(job, 20);
  const vectors = <usize>load<u32>(job, 44);
  const groups = (rows + 7) >> 3;
  const columns = load<i32>(job, 28);
  const bytes = (<usize>columns) << 6;
  const leaves = scratch;
  const blocks = leaves + ((<usize>size) << 2);
  const scores = <usize>load<u32>(job, 16) + ((<usize>from * <usize>outputs) << 3);
  gatherBlocks(job, from, groups, blocks);
  let tree = <usize>load<u32>(job, 36);
  for (const end = tree + ((<usize>load<u32>(job, 40)) << 4); tree < end; tree += 16) {
    walkTree(tree, blocks, groups, bytes, leaves);
    if (vectors == 0) addLeaves(tree, 1, leaves, rows, rows, scores, (<usize>outputs) << 3);
    else addLeafVectors(1, leaves, rows, rows, vectors, outputs, scores);
  }
}

/** Lays out the rows from `from` on, eight at a time, with the bins of categories in place of their codes. */
function gatherBlocks(job: usize, from: i32, groups: i32, block: usize): void {
  const step = <usize>load<u32>(job, 8);
  const columns = <usize>load<u32>(job, 24);
  const count = load<i32>(job, 28);
  const categorical = <usize>load<u32>(job, 48);
  const end = categorical + <usize>load<u32>(job, 52) * 12;
  let rows = <usize>load<u32>(job) + <usize>from * step;
  for (let g = 0; g < groups; g++, rows += step << 3, block += (<usize>count) << 6) {
    gatherRows(rows, step, columns, count, block);
    for (let slot = categorical; slot < end; slot += 12) {
      binSlot(block + ((<usize>load<u32>(slot)) << 6), <usize>load<u32>(slot, 4), load<i32>(slot, 8));
    }
  }
}
