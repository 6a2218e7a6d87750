import type { OnnxGraph, Value } from '../graph.js';

type Pair = readonly [number, number];

/**
 * Probabilities `N x k` of classes from those of all pairs, double `N x pairs` with P(a | a or b) for the pair (a, b): the very
 * iterations of models/src/kernel/svm/pairwise-coupling.ts, for all rows at once; a row that is near enough changes no more.
 */
export function couplePairs(graph: OnnxGraph, first: Value, pairs: readonly Pair[], k: number): Value {
  const q = matrixOf(graph, first, pairs, k);
  const rows = Array.from({ length: k }, (_, i) => {
    const row = graph.node('Squeeze', [pick(graph, q, i, 1), graph.ints([1], 1)]);
    return { row, own: graph.columns(row, [i]) };
  });
  const zero = graph.node('Mul', [graph.columns(first, [0]), graph.doubles([0])]);
  const equal = graph.node('Add', [zero, graph.doubles(new Float64Array(k).fill(1 / k), 1, k)]);
  const found = graph.loop(Math.max(100, k), equal, k, (p) => iterate(graph, q, rows, p));
  return graph.node('Div', [found, sum(graph, found)]);
}

/** One iteration: each class in turn. */
function iterate(graph: OnnxGraph, q: Value, rows: readonly { row: Value; own: Value }[], before: Value) {
  const k = rows.length;
  const times = (a: Value, b: Value): Value => graph.node('Mul', [a, b]);
  const plus = (a: Value, b: Value): Value => graph.node('Add', [a, b]);
  const column = graph.node('Unsqueeze', [before, graph.ints([2], 1)]);
  let qp = graph.node('Squeeze', [graph.node('MatMul', [q, column]), graph.ints([2], 1)]);
  let pqp = sum(graph, times(before, qp));
  const far = graph.node('ReduceMax', [graph.node('Abs', [graph.node('Sub', [qp, pqp])])], {
    ...{ axes: { ints: [1] }, keepdims: { int: 1 } },
  });
  const active = graph.node('GreaterOrEqual', [far, graph.doubles([0.005 / k])]);
  let p = before;
  rows.forEach(({ row, own }, i) => {
    const at = graph.columns(qp, [i]);
    const change = graph.node('Div', [graph.node('Sub', [pqp, at]), own]);
    const size = plus(change, graph.doubles([1]));
    const unit = Float64Array.from({ length: k }, (_, c) => Number(c === i));
    const slope = plus(times(change, own), times(at, graph.doubles([2])));
    pqp = graph.node('Div', [plus(pqp, times(change, slope)), times(size, size)]);
    qp = graph.node('Div', [plus(qp, times(change, row)), size]);
    p = graph.node('Div', [plus(p, times(change, graph.doubles(unit, 1, k))), size]);
  });
  const state = graph.node('Where', [active, p, before]);
  const most = graph.node('ReduceMax', [graph.cast(active, 'float')], { keepdims: { int: 0 } });
  return { state, goesOn: graph.cast(most, 'bool') };
}

/** Q of the paper, `N x k x k`. */
function matrixOf(graph: OnnxGraph, first: Value, pairs: readonly Pair[], k: number): Value {
  const second = graph.node('Sub', [graph.doubles([1]), first]);
  const products = graph.node('Neg', [graph.node('Mul', [first, second])]);
  const sums = (value: Value, side: 0 | 1): Value => {
    const places = new Float64Array(pairs.length * k);
    pairs.forEach((pair, at) => {
      places[at * k + pair[side]] = 1;
    });
    return graph.node('MatMul', [graph.node('Mul', [value, value]), graph.doubles(places, pairs.length, k)]);
  };
  // The diagonal of a class holds the squares of what the others win against it.
  const diagonal = graph.node('Add', [sums(second, 0), sums(first, 1)]);
  const place = Array.from({ length: k * k }, (_, at) => {
    const [i, j] = [Math.floor(at / k), at % k];
    return i === j ? pairs.length + i : pairs.findIndex(([a, b]) => a === Math.min(i, j) && b === Math.max(i, j));
  });
  const cells = graph.columns(graph.beside([products, diagonal]), place);
  return graph.node('Reshape', [cells, graph.ints([-1, k, k], 3)]);
}

/** Index `at` of an axis, which stays with length 1. */
function pick(graph: OnnxGraph, value: Value, at: number, axis: number): Value {
  return graph.node('Gather', [value, graph.ints([at], 1)], { axis: { int: axis } });
}

/** Sums of the rows of `N x k`, `N x 1`. */
function sum(graph: OnnxGraph, value: Value): Value {
  return graph.node('ReduceSum', [value, graph.ints([1], 1)], { keepdims: { int: 1 } });
}
