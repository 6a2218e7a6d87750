import { type Graph, type Shape, sameShape, sizeOf, type Value } from './graph.js';

/** The same entries in another shape. */
export function reshape(graph: Graph, value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  if (sizeOf(value.shape) !== sizeOf(shape)) throw new TypeError(`${value.shape} cannot become ${shape}`);
  return graph.one('reshape', [value], shape, { gradient: ([d]) => [reshape(graph, d!, value.shape)] });
}

/** Axis i of the result is axis `order[i]` of the value. */
export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  const inverse = order.map((_, i) => order.indexOf(i));
  return graph.one(
    'transpose',
    [value],
    order.map((axis) => value.shape[axis]!),
    { attributes: { order }, gradient: ([d]) => [transpose(graph, d!, inverse)] },
  );
}

/** `size` entries of an axis from `begin` on. Of the first axis this is no copy. */
export function slice(graph: Graph, value: Value, axis: number, begin: number, size: number): Value {
  if (begin === 0 && size === value.shape[axis]) return value;
  const shape = value.shape.map((whole, i) => (i === axis ? size : whole));
  return graph.one('slice', [value], shape, {
    attributes: { axis, begin },
    gradient: ([d]) => [pad(graph, d!, axis, begin, value.shape[axis]! - begin - size)],
  });
}

/** Zeros before and after along an axis. */
export function pad(graph: Graph, value: Value, axis: number, before: number, after: number): Value {
  if (before === 0 && after === 0) return value;
  const shape = value.shape.map((size, i) => (i === axis ? before + size + after : size));
  return graph.one('pad', [value], shape, {
    attributes: { axis, before, after },
    gradient: ([d]) => [slice(graph, d!, axis, before, value.shape[axis]!)],
  });
}

/** Values one after the other along an axis. */
export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  if (values.length === 1) return values[0]!;
  const total = values.reduce((size, value) => size + value.shape[axis]!, 0);
  const shape = values[0]!.shape.map((size, i) => (i === axis ? total : size));
  return graph.one('concat', values, shape, {
    attributes: { axis },
    gradient: ([d], wanted) => {
      let begin = 0;
      return values.map((value, i) => {
        const size = value.shape[axis]!;
        begin += size;
        return wanted[i] ? slice(graph, d!, axis, begin - size, size) : undefined;
      });
    },
  });
}
