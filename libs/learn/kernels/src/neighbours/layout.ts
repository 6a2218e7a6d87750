import { CONTROL_BYTES } from '../team/rendezvous.js';
import type { METRIC } from './kernels.js';

/** How neighbours are found: by 16-bit products with exact re-ranking, by a KD tree, or by looking at each row. */
export type SearchMethod = 'products' | 'tree' | 'scan';

/** What a search holds. */
export interface SearchShape {
  readonly rows: number;
  readonly cols: number;
  /** Neighbours of a query, at most `rows`. */
  readonly k: number;
  readonly metric: keyof typeof METRIC;
  /** The power of the Minkowski metric. */
  readonly power: number;
  readonly method: SearchMethod;
  /** Nodes of the tree, 0 without one. */
  readonly nodes: number;
  readonly threads: number;
}

/** Queries answered by one step of all threads. */
export const CHUNK_QUERIES = 1024;
/** Bytes of a query's state while candidates are collected, as in src/assembly/neighbours/quantise.ts. */
export const STATE_BYTES = 48;

const MOST_BLOCK_QUERIES = 64;
const CANDIDATE_BYTES = 32 << 20;
const MOST_BYTES = 2 ** 32 - 2 ** 16;
const FIRST_ADDRESS = 1 << 16;

/** Where everything lies: byte addresses in one memory shared by all threads. */
export interface SearchLayout {
  readonly shape: SearchShape;
  readonly control: number;
  /** i32: the next block of queries, and how many queries there are. */
  readonly queue: number;
  /** The training rows, row-major f32. */
  readonly x: number;
  readonly queries: number;
  /** Of each query k distances (f64) and rows (i32). */
  readonly distances: number;
  readonly neighbours: number;
  /** Rows rounded to 16 bits in panels of 8, their squared norms (i32), and what they are centred on (f64). */
  readonly panels: number;
  readonly norms: number;
  readonly centre: number;
  /** f64: scale, longest row that fits, largest rounding error; then rows of length 0 (i32 count, then the rows). */
  readonly rounding: number;
  readonly zeroRows: number;
  readonly order: number;
  readonly nodes: number;
  readonly boxes: number;
  /** Of each thread: a tree's stack, query panels and norms, states, and candidates of a block of queries. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly blockQueries: number;
  readonly bytes: number;
}

/** Lays out the memory. Throws RangeError with the estimate when it is more than 4 GB. */
export function layOutSearch(shape: SearchShape): SearchLayout {
  const { rows, cols, k, method, nodes, threads } = shape;
  let top = FIRST_ADDRESS;
  const take = (bytes: number): number => {
    const at = top;
    top += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const products = method === 'products';
  const padded = Math.ceil(rows / 8) * 8;
  const rounded = Math.ceil(cols / 2) * 4;
  const fitting = 4 * Math.floor(CANDIDATE_BYTES / (padded * 8) / 4);
  const blockQueries = products ? Math.min(MOST_BLOCK_QUERIES, Math.max(4, fitting)) : 16;
  const scratchBytes = 1024 + (products ? blockQueries * (rounded + 4 + STATE_BYTES + (padded + 8) * 8) + 256 : 0);
  const layout = {
    ...{ shape, blockQueries, scratchBytes: Math.ceil(scratchBytes / 64) * 64 },
    control: take(CONTROL_BYTES),
    queue: take(64),
    x: take(rows * cols * 4),
    queries: take(CHUNK_QUERIES * cols * 4),
    distances: take(CHUNK_QUERIES * k * 8),
    neighbours: take(CHUNK_QUERIES * k * 4),
    panels: take(products ? padded * rounded : 0),
    norms: take(products ? padded * 4 : 0),
    centre: take(cols * 8),
    rounding: take(64),
    zeroRows: take(products && shape.metric === 'cosine' ? rows * 4 : 0),
    order: take(nodes > 0 ? rows * 4 : 0),
    nodes: take(nodes * 12),
    boxes: take(nodes * cols * 8),
    scratch: take(threads * Math.ceil(scratchBytes / 64) * 64),
  };
  if (!(top <= MOST_BYTES)) {
    throw new RangeError(`${rows} rows x ${cols} features need ${(top / 1e9).toFixed(1)} GB, and 4.2 GB is the most`);
  }
  return { ...layout, bytes: top };
}
