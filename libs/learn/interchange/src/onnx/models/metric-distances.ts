import type { OnnxGraph, Value } from '../graph.js';
import { differences, type Points, squaredDistances, sumColumns } from './distances.js';

/**
 * Distances of every row to every point, double `N x points`. Not `precise`, Euclidean ones are squared and come from
 * products, which is quick and enough to order them.
 */
export function metricDistances(
  graph: OnnxGraph,
  x: Value,
  points: Points,
  { metric, p = 2 }: { readonly metric?: string; readonly p?: number },
  precise: boolean,
): Value {
  if (metric === 'cosine') return cosine(graph, x, points);
  const isEuclidean = metric === undefined || metric === 'euclidean' || (metric === 'minkowski' && p === 2);
  if (isEuclidean && !precise) return squaredDistances(graph, x, points);
  const gaps = graph.node('Abs', [differences(graph, x, points)]);
  if (metric === 'chebyshev') return graph.node('ReduceMax', [gaps], { axes: { ints: [2] }, keepdims: { int: 0 } });
  if (metric === 'manhattan') return sumColumns(graph, gaps);
  const power = isEuclidean ? 2 : p;
  const sums = sumColumns(graph, graph.node('Pow', [gaps, graph.doubles([power])]));
  return graph.node('Pow', [sums, graph.doubles([1 / power])]);
}

/** 1 - the cosine of the angle; a row of zeros is at a right angle to everything. */
function cosine(graph: OnnxGraph, x: Value, { data, cols }: Points): Value {
  const points = data.length / cols;
  const unit = new Float64Array(data.length);
  for (let row = 0; row < points; row++) {
    let norm = 0;
    for (let j = 0; j < cols; j++) norm += data[row * cols + j]! ** 2;
    for (let j = 0; j < cols; j++) unit[j * points + row] = norm > 0 ? data[row * cols + j]! / Math.sqrt(norm) : 0;
  }
  const norms = graph.node('ReduceL2', [x], { axes: { ints: [1] }, keepdims: { int: 1 } });
  const isZero = graph.node('Equal', [norms, graph.doubles([0])]);
  const scaled = graph.node('Div', [x, graph.node('Where', [isZero, graph.doubles([1]), norms])]);
  return graph.node('Sub', [graph.doubles([1]), graph.node('MatMul', [scaled, graph.doubles(unit, cols, points)])]);
}
