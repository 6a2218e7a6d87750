import { rsqrt } from '../graph/activations.js';
import { add, multiply, scale, subtract, sum } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { concat, pad, reshape, slice, transpose } from '../graph/layout.js';

/**
 * Layers on sequences whose first steps may be padding, by the mask `(steps * batch) x 1`: 0 at those steps, 1 at the others.
 */

/** Far beyond what weights add up to: a sigmoid of it is 1, and of its negative 0. */
const CLOSED = 1e4;

/** Rows with one more column that is 1 at padding. */
export function withPaddingColumn(graph: Graph, x: Value, mask: Value): Value {
  return concat(graph, [x, subtract(graph, graph.scalar(1), mask)], 1);
}

/**
 * A kernel `f x (gates * units)` with one more row, for that column: it leaves all gates as they are, and opens (1) or closes (-1)
 * one for good.
 */
export function withPaddingRow(graph: Graph, kernel: Value, gate?: { at: number; units: number; open: 1 | -1 }): Value {
  const width = kernel.shape[1]!;
  const row = new Float32Array(width);
  if (gate) row.fill(gate.open * CLOSED, gate.at * gate.units, (gate.at + 1) * gate.units);
  return concat(graph, [kernel, graph.constant(row, [1, width])], 0);
}

/** The rows `(steps * batch) x width` at the first step that is no padding: `batch x width`. */
export function firstStep(graph: Graph, rows: Value, mask: Value, steps: number): Value {
  const [total, width] = rows.shape as [number, number];
  const batch = total / steps;
  const sequence = reshape(graph, mask, [steps, batch, 1]);
  const before = pad(graph, slice(graph, sequence, 0, 0, steps - 1), 0, 1, 0);
  const first = steps === 1 ? sequence : subtract(graph, sequence, before);
  return sum(graph, multiply(graph, reshape(graph, rows, [steps, batch, width]), first), [0]);
}

/** The mean over the steps that are no padding: `(steps * batch) x width` to `batch x width`. */
export function meanOverSteps(graph: Graph, rows: Value, mask: Value, steps: number): Value {
  const [total, width] = rows.shape as [number, number];
  const batch = total / steps;
  const sums = sum(graph, reshape(graph, multiply(graph, rows, mask), [steps, batch, width]), [0]);
  const root = rsqrt(graph, sum(graph, reshape(graph, mask, [steps, batch, 1]), [0]));
  return multiply(graph, sums, multiply(graph, root, root));
}

/** Attention scores `(batch * heads) x steps x steps`, such that no step attends to padding. */
export function withoutPadding(graph: Graph, scores: Value, mask: Value, heads: number): Value {
  const [pairs, steps] = scores.shape as [number, number, number];
  const batch = pairs / heads;
  const rows = transpose(graph, reshape(graph, mask, [steps, batch]), [1, 0]);
  const hidden = scale(graph, subtract(graph, rows, graph.scalar(1)), 1e9);
  const apart = reshape(graph, scores, [batch, heads, steps, steps]);
  return reshape(graph, add(graph, apart, reshape(graph, hidden, [batch, 1, 1, steps])), scores.shape);
}
