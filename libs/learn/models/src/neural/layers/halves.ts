import type { Graph, Value } from '../graph/graph.js';
import { concat, reshape, slice } from '../graph/layout.js';

/** Fewer rows are not worth a second chain. */
const FEWEST_ROWS = 64;

/**
 * Runs a recurrent layer on both halves of a batch, each a chain of its own: the steps of one chain come after each other and are
 * too small to be shared by threads, but two chains have nothing to do with each other. TensorFlow runs them at once. The halves
 * do not depend on the threads there are, nor does the result.
 */
export function inHalves(graph: Graph, x: Value, steps: number, last: boolean, layer: (part: Value) => Value): Value {
  const [rows, features] = x.shape as [number, number];
  const batch = rows / steps;
  if (graph.flavour !== 'tensorflow' || batch % 2 === 1 || batch < FEWEST_ROWS) return layer(x);
  const half = batch / 2;
  const sequence = reshape(graph, x, [steps, batch, features]);
  const [a, b] = [0, half].map((from) =>
    layer(reshape(graph, slice(graph, sequence, 1, from, half), [steps * half, features])),
  ) as [Value, Value];
  if (last) return concat(graph, [a, b], 0);
  const units = a.shape[1]!;
  const apart = [a, b].map((part) => reshape(graph, part, [steps, half, units]));
  return reshape(graph, concat(graph, apart, 1), [rows, units]);
}
