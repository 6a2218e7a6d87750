import { type Shape, sameShape, sizeOf } from '../graph/graph.js';

/** How far one step along each axis of `shape` goes, in entries: 0 along axes that are repeated to make `wide`. */
function strides(shape: Shape, wide: Shape): number[] {
  const missing = wide.length - shape.length;
  let step = 1;
  const steps = shape.map(() => 0);
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) steps[i] = step;
    step *= shape[i]!;
  }
  return [...new Array<number>(missing).fill(0), ...steps];
}

/** For each entry of `wide` the one of `shape` it is a repetition of; undefined when they are the same. */
export function sourceIndices(shape: Shape, wide: Shape): Int32Array | undefined {
  if (sameShape(shape, wide)) return undefined;
  return walk(wide, strides(shape, wide));
}

/** For each entry of a transposed array the one of the array, where axis i of the result is axis `order[i]` of `shape`. */
export function transposedIndices(shape: Shape, order: readonly number[]): Int32Array {
  const all = strides(shape, shape).map((step, i) => (shape[i] === 1 ? 0 : step));
  const wide = order.map((axis) => shape[axis]!);
  return walk(
    wide,
    order.map((axis) => all[axis]!),
  );
}

function walk(wide: Shape, steps: readonly number[]): Int32Array {
  const indices = new Int32Array(sizeOf(wide));
  const position = wide.map(() => 0);
  let at = 0;
  for (let i = 0; i < indices.length; i++) {
    indices[i] = at;
    for (let axis = wide.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++position[axis]! < wide[axis]!) break;
      at -= steps[axis]! * wide[axis]!;
      position[axis] = 0;
    }
  }
  return indices;
}
