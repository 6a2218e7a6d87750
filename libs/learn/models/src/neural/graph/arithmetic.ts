import { type Graph, type Shape, sameShape, type Value } from './graph.js';
import { reshape } from './layout.js';

/** The shape that two shapes broadcast to, as NumPy does it. Throws TypeError. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) throw new TypeError(`${a} and ${b} do not broadcast`);
    return Math.max(left, right);
  });
}

/** Sums over the axes along which `shape` was repeated to become the value's. */
function sumTo(graph: Graph, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const shift = value.shape.length - shape.length;
  const fresh = Array.from({ length: shift }, (_, i) => i);
  let summed = shift > 0 ? sum(graph, value, fresh) : value;
  shape.forEach((size, i) => {
    if (size === 1 && summed.shape[i] !== 1) summed = sum(graph, summed, [i], true);
  });
  return reshape(graph, summed, shape);
}

/** `a + b`, broadcasting. */
export function add(graph: Graph, a: Value, b: Value): Value {
  return graph.one('add', [a, b], broadcast(a.shape, b.shape), {
    gradient: ([d], [left, right]) => [
      left ? sumTo(graph, d!, a.shape) : undefined,
      right ? sumTo(graph, d!, b.shape) : undefined,
    ],
  });
}

/** `a - b`, broadcasting. */
export function subtract(graph: Graph, a: Value, b: Value): Value {
  return graph.one('subtract', [a, b], broadcast(a.shape, b.shape), {
    gradient: ([d], [left, right]) => [
      left ? sumTo(graph, d!, a.shape) : undefined,
      right ? sumTo(graph, multiply(graph, d!, graph.scalar(-1)), b.shape) : undefined,
    ],
  });
}

/** `a * b` entry by entry, broadcasting. */
export function multiply(graph: Graph, a: Value, b: Value): Value {
  return graph.one('multiply', [a, b], broadcast(a.shape, b.shape), {
    gradient: ([d], [left, right]) => [
      left ? sumTo(graph, multiply(graph, d!, b), a.shape) : undefined,
      right ? sumTo(graph, multiply(graph, d!, a), b.shape) : undefined,
    ],
  });
}

export const scale = (graph: Graph, value: Value, factor: number): Value =>
  multiply(graph, value, graph.scalar(factor));

/** Sum over the given axes, which disappear, or stay with size 1 with `keep`. */
export function sum(graph: Graph, value: Value, axes: readonly number[], keep = false): Value {
  const kept = value.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const shape = keep ? kept : value.shape.filter((_, i) => !axes.includes(i));
  return graph.one('sum', [value], shape, {
    attributes: { axes, keep },
    gradient: ([d]) => [expand(graph, reshape(graph, d!, kept), value.shape)],
  });
}

/** The value repeated along axes of size 1, and new ones in front, to this shape. */
export function expand(graph: Graph, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  return graph.one('expand', [value], shape, { gradient: ([d]) => [sumTo(graph, d!, value.shape)] });
}

/** Mean over the given axes. */
export function mean(graph: Graph, value: Value, axes: readonly number[], keep = false): Value {
  const count = axes.reduce((product, axis) => product * value.shape[axis]!, 1);
  return scale(graph, sum(graph, value, axes, keep), 1 / count);
}

interface Transposed {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * The matrix product of `m x k` and `k x n`, or of `b` such pairs (`b x m x k`, `b x k x n`); with `transposeA` the first is
 * given as `k x m`, with `transposeB` the second as `n x k`.
 */
export function matMul(
  graph: Graph,
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false }: Transposed = {},
): Value {
  const rank = a.shape.length;
  const [m, k] = transposeA ? [a.shape[rank - 1]!, a.shape[rank - 2]!] : [a.shape[rank - 2]!, a.shape[rank - 1]!];
  const [inner, n] = transposeB ? [b.shape[rank - 1]!, b.shape[rank - 2]!] : [b.shape[rank - 2]!, b.shape[rank - 1]!];
  if (k !== inner) throw new TypeError(`cannot multiply ${a.shape} by ${b.shape}`);
  const product = (x: Value, y: Value, tx: boolean, ty: boolean) =>
    matMul(graph, x, y, { transposeA: tx, transposeB: ty });
  return graph.one('matMul', [a, b], [...a.shape.slice(0, -2), m, n], {
    attributes: { transposeA, transposeB },
    gradient: ([d], [left, right]) =>
      [
        left && (transposeA ? product(b, d!, transposeB, true) : product(d!, b, false, !transposeB)),
        right && (transposeB ? product(d!, a, true, transposeA) : product(a, d!, !transposeA, false)),
      ].map((value) => value || undefined),
  });
}

/** `value + bias` where the bias has one entry a column of the last axis. */
export function addBias(graph: Graph, value: Value, bias: Value): Value {
  return graph.one('addBias', [value, bias], value.shape, {
    gradient: ([d], [, right]) => [d!, right ? sumColumns(graph, d!) : undefined],
  });
}

/** Sums over all axes but the last. */
export function sumColumns(graph: Graph, value: Value): Value {
  return graph.one('sumColumns', [value], [value.shape.at(-1)!]);
}
