import { LearnError } from '@trainyard/data';
import type { Backend, Program } from '../backend/backend.js';
import { scratchOf } from '../direct/operations.js';
import { placeValues } from '../direct/placement.js';
import { type Graph, sizeOf } from '../graph/graph.js';
import { nodesFor } from '../graph/nodes-for.js';

/** WebAssembly addresses no more. */
const MOST_WASM = 4 * 2 ** 30;

/**
 * Bytes that learning takes at its peak: weights with Adam's two moments, inputs, and the values of a step that live at the same
 * time. What a library takes for itself is not counted.
 */
export function trainingBytes(graph: Graph, { outputs, updates = [] }: Program): number {
  const results = [...outputs, ...updates.map(({ gradient }) => gradient)];
  const nodes = nodesFor(graph, results);
  const { size } = placeValues(graph, nodes, new Set(results));
  const scratch = nodes.reduce((most, node) => Math.max(most, scratchOf(node)), 0);
  const moments = updates.reduce((sum, { shape }) => sum + 2 * sizeOf(shape), 0);
  return 4 * (size + scratch + moments);
}

/** Throws MEMORY_TOO_SMALL, before anything is allocated, when learning in batches of so many rows cannot fit; suggests how many can. */
export function checkMemory(
  graph: Graph,
  program: Program,
  batch: number,
  backend: Backend['name'],
  available = process.availableMemory(),
): void {
  // Of a GPU nothing is known here: its library says by itself when it is full.
  if (backend === 'tensorflow-gpu') return;
  const limit = backend === 'wasm' ? Math.min(available, MOST_WASM) : available;
  const needed = trainingBytes(graph, program);
  if (needed <= limit) return;
  const weights = 12 * (program.updates ?? []).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const rows = Math.floor((batch * (limit - weights)) / (needed - weights));
  const advice =
    rows >= 1
      ? `take a smaller params.batch_size, such as ${2 ** Math.floor(Math.log2(rows))}`
      : 'its weights alone are too many: take fewer units or layers';
  const words = `Learning in batches of ${batch} rows takes about ${gigabytes(needed)} GB of memory, and ${gigabytes(limit)} GB are there: ${advice}.`;
  throw new LearnError('MEMORY_TOO_SMALL', words, { field: 'params.batch_size' });
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toPrecision(2);
