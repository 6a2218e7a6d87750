import type { Graph, Value } from '../graph/graph.js';
import { reshape, slice } from '../graph/layout.js';

/** Step t of time-major rows `(steps * batch) x width`: `batch x width`, without a copy. */
export function stepOf(graph: Graph, rows: Value, steps: number, t: number): Value {
  const [total, width] = rows.shape as [number, number];
  const batch = total / steps;
  return reshape(graph, slice(graph, reshape(graph, rows, [steps, batch, width]), 0, t, 1), [batch, width]);
}

/** Steps `[from, to)`: `((to - from) * batch) x width`, without a copy. */
export function stepsOf(graph: Graph, rows: Value, steps: number, from: number, to: number): Value {
  const [total, width] = rows.shape as [number, number];
  const batch = total / steps;
  const kept = slice(graph, reshape(graph, rows, [steps, batch, width]), 0, from, to - from);
  return reshape(graph, kept, [(to - from) * batch, width]);
}
