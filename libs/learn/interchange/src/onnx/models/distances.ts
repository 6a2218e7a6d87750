import type { OnnxGraph, Value } from '../graph.js';

/** Row-major `points x cols`. */
export interface Points {
  readonly data: ArrayLike<number>;
  readonly cols: number;
}

const lastAxis = (graph: OnnxGraph): Value => graph.ints([-1], 1);

/** Sum of the squares of each row, double `N x 1`. */
export function squares(graph: OnnxGraph, x: Value): Value {
  return graph.node('ReduceSumSquare', [x], { axes: { ints: [1] }, keepdims: { int: 1 } });
}

/** Squared Euclidean distances, double `N x points`, by |x|^2 - 2 x y + |y|^2: `x` should be near the origin. */
export function squaredDistances(graph: OnnxGraph, x: Value, { data, cols }: Points): Value {
  const points = data.length / cols;
  const transposed = new Float64Array(data.length);
  const norms = new Float64Array(points);
  for (let p = 0; p < points; p++) {
    for (let j = 0; j < cols; j++) {
      const value = data[p * cols + j]!;
      transposed[j * points + p] = -2 * value;
      norms[p]! += value * value;
    }
  }
  const products = graph.node('MatMul', [x, graph.doubles(transposed, cols, points)]);
  const sum = graph.node('Add', [graph.node('Add', [products, squares(graph, x)]), graph.doubles(norms, 1, points)]);
  return graph.node('Max', [sum, graph.doubles([0])]);
}

/** Differences of every row to every point, double `N x points x cols`: exact, but as large as it sounds. */
export function differences(graph: OnnxGraph, x: Value, { data, cols }: Points): Value {
  const rows = graph.node('Unsqueeze', [x, graph.ints([1], 1)]);
  return graph.node('Sub', [rows, graph.doubles(data, 1, data.length / cols, cols)]);
}

/** Sums over the columns of `N x points x cols`. */
export function sumColumns(graph: OnnxGraph, value: Value): Value {
  return graph.node('ReduceSum', [value, lastAxis(graph)], { keepdims: { int: 0 } });
}
