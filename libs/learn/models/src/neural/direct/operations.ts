import { createRandom } from '@trainyard/data';
import type { NeuralKernels } from '@trainyard/kernels';
import type { GraphNode } from '../graph/graph.js';
import { sizeOf } from '../graph/graph.js';
import { sourceIndices, transposedIndices } from './broadcasting.js';
import { gruSteps, lstmSteps } from './recurrent.js';

/** Where an operation finds its operands: entries of the memory. */
export interface Places {
  readonly kernels: NeuralKernels;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Entries that it may use as it likes while it runs. */
  readonly scratch: number;
  /** The int input of that name, of the present run. */
  readonly ints: (name: string) => Int32Array;
}

/** Does the work of a node, in this memory. */
export type Operation = (memory: Float32Array) => void;
type Maker = (node: GraphNode, places: Places) => Operation;

/** Entry by entry, of two operands that may be repeated. */
const binary =
  (combine: (a: number, b: number) => number): Maker =>
  (node, { inputs, outputs }) => {
    const { shape } = node.outputs[0]!;
    const size = sizeOf(shape);
    const [left, right] = node.inputs.map((input) => sourceIndices(input.shape, shape));
    const [a, b, to] = [inputs[0]!, inputs[1]!, outputs[0]!];
    if (left === undefined && right === undefined) {
      return (memory) => {
        for (let i = 0; i < size; i++) memory[to + i] = combine(memory[a + i]!, memory[b + i]!);
      };
    }
    return (memory) => {
      for (let i = 0; i < size; i++) {
        memory[to + i] = combine(memory[a + (left ? left[i]! : i)]!, memory[b + (right ? right[i]! : i)]!);
      }
    };
  };

const unary =
  (of: (x: number) => number): Maker =>
  (node, { inputs, outputs }) => {
    const size = sizeOf(node.outputs[0]!.shape);
    const [from, to] = [inputs[0]!, outputs[0]!];
    return (memory) => {
      for (let i = 0; i < size; i++) memory[to + i] = of(memory[from + i]!);
    };
  };

const byKernel =
  (name: 'sigmoidAll' | 'tanhAll'): Maker =>
  (node, { kernels, inputs, outputs }) => {
    const size = sizeOf(node.outputs[0]!.shape);
    return () => kernels[name](4 * inputs[0]!, 4 * outputs[0]!, size);
  };

const gather =
  (indices: Int32Array): Maker =>
  (_, { inputs, outputs }) => {
    const [from, to] = [inputs[0]!, outputs[0]!];
    return (memory) => {
      for (let i = 0; i < indices.length; i++) memory[to + i] = memory[from + indices[i]!]!;
    };
  };

/** Adding equal shapes is a kernel; a bias or another repetition is a loop. */
const add: Maker = (node, places) => {
  const { shape } = node.outputs[0]!;
  if (node.inputs.some((input) => sourceIndices(input.shape, shape) !== undefined)) return plus(node, places);
  const [a, b, to] = [places.inputs[0]!, places.inputs[1]!, places.outputs[0]!].map((place) => 4 * place);
  return () => places.kernels.addAll(a!, b!, to!, sizeOf(shape));
};
const plus = binary((a, b) => a + b);

const matMul: Maker = (node, { kernels, inputs, outputs, scratch }) => {
  const { transposeA, transposeB } = node.attributes;
  const [m, n] = node.outputs[0]!.shape.slice(-2) as [number, number];
  const shape = node.inputs[0]!.shape;
  const k = shape[shape.length - (transposeA ? 2 : 1)]!;
  const pairs = sizeOf(shape.slice(0, -2));
  const turned = scratch + (transposeA ? Math.ceil((m * k) / 16) * 16 : 0);
  return () => {
    for (let p = 0; p < pairs; p++) {
      let a = 4 * (inputs[0]! + p * m * k);
      let b = 4 * (inputs[1]! + p * k * n);
      if (transposeA) kernels.transposeMatrix(a, 4 * scratch, k, m);
      if (transposeB) kernels.transposeMatrix(b, 4 * turned, n, k);
      if (transposeA) a = 4 * scratch;
      if (transposeB) b = 4 * turned;
      kernels.multiplyMatrices(a, b, 4 * (outputs[0]! + p * m * n), m, k, n);
    }
  };
};

/** The axes that are summed must be neighbours: `outer x reduced x inner`. */
const sum: Maker = (node, { inputs, outputs }) => {
  const { shape } = node.inputs[0]!;
  const axes = [...(node.attributes.axes as readonly number[])].sort((a, b) => a - b);
  if (axes.some((axis, i) => i > 0 && axis !== axes[i - 1]! + 1))
    throw new TypeError('only neighbouring axes are summed');
  const outer = sizeOf(shape.slice(0, axes[0]));
  const reduced = sizeOf(axes.map((axis) => shape[axis]!));
  const inner = sizeOf(shape.slice(axes.at(-1)! + 1));
  const [from, to] = [inputs[0]!, outputs[0]!];
  return (memory) => {
    memory.fill(0, to, to + outer * inner);
    for (let o = 0, at = from; o < outer; o++) {
      const row = to + o * inner;
      if (inner === 1) {
        let total = 0;
        for (let r = 0; r < reduced; r++, at++) total += memory[at]!;
        memory[row] = total;
      } else {
        for (let r = 0; r < reduced; r++) for (let i = 0; i < inner; i++, at++) memory[row + i]! += memory[at]!;
      }
    }
  };
};

const sumColumns: Maker = (node, places) => {
  const { shape } = node.inputs[0]!;
  const axes = shape.slice(0, -1).map((_, i) => i);
  return sum({ ...node, attributes: { axes } }, places);
};

const softmax: Maker = (node, { inputs, outputs, kernels }) => {
  const { shape } = node.outputs[0]!;
  const width = shape.at(-1)!;
  const size = sizeOf(shape);
  const [from, to] = [inputs[0]!, outputs[0]!];
  return (memory) => {
    for (let row = 0; row < size; row += width) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = row; i < row + width; i++) largest = Math.max(largest, memory[from + i]!);
      for (let i = row; i < row + width; i++) memory[to + i] = memory[from + i]! - largest;
    }
    kernels.expAll(4 * to, 4 * to, size);
    for (let row = to; row < to + size; row += width) {
      let total = 0;
      for (let i = row; i < row + width; i++) total += memory[i]!;
      for (let i = row; i < row + width; i++) memory[i]! /= total;
    }
  };
};

const crossEntropy: Maker = (node, { inputs, outputs, ints }) => {
  const [rows, k] = node.outputs[1]!.shape as [number, number];
  const labelsName = node.inputs[1]!.node.attributes.name as string;
  const [logits, losses, slopes] = [inputs[0]!, outputs[0]!, outputs[1]!];
  return (memory) => {
    const labels = ints(labelsName);
    for (let i = 0; i < rows; i++) {
      const at = logits + i * k;
      let largest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < k; c++) largest = Math.max(largest, memory[at + c]!);
      let total = 0;
      for (let c = 0; c < k; c++) total += Math.exp(memory[at + c]! - largest);
      const label = labels[i]!;
      memory[losses + i] = Math.log(total) + largest - memory[at + label]!;
      for (let c = 0; c < k; c++) {
        memory[slopes + i * k + c] = Math.exp(memory[at + c]! - largest) / total - (c === label ? 1 : 0);
      }
    }
  };
};

const dropoutMask: Maker = (node, { outputs, ints }) => {
  const { rate, salt } = node.attributes as { rate: number; salt: number };
  const size = sizeOf(node.outputs[0]!.shape);
  const name = node.inputs[0]!.node.attributes.name as string;
  return (memory) => {
    const [seed, step] = ints(name) as unknown as [number, number];
    const random = createRandom(seed + 1_000_003 * step + 97 * salt);
    for (let i = 0; i < size; i++) memory[outputs[0]! + i] = random.next() < rate ? 0 : 1 / (1 - rate);
  };
};

/** Copies blocks of `length` entries, the i-th from `from + i * fromStep` to `to + i * toStep`. */
function copyBlocks(
  memory: Float32Array,
  blocks: number,
  length: number,
  [from, fromStep]: readonly [number, number],
  [to, toStep]: readonly [number, number],
): void {
  for (let i = 0; i < blocks; i++) {
    const at = from + i * fromStep;
    memory.copyWithin(to + i * toStep, at, at + length);
  }
}

const cut = (shape: readonly number[], axis: number) =>
  [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis + 1))] as const;

const slice: Maker = (node, { inputs, outputs }) => {
  const axis = node.attributes.axis as number;
  const begin = node.attributes.begin as number;
  const [outer, inner] = cut(node.outputs[0]!.shape, axis);
  const length = node.outputs[0]!.shape[axis]! * inner;
  const whole = node.inputs[0]!.shape[axis]! * inner;
  return (memory) => copyBlocks(memory, outer, length, [inputs[0]! + begin * inner, whole], [outputs[0]!, length]);
};

const pad: Maker = (node, { inputs, outputs }) => {
  const axis = node.attributes.axis as number;
  const before = node.attributes.before as number;
  const { shape } = node.outputs[0]!;
  const [outer, inner] = cut(shape, axis);
  const length = node.inputs[0]!.shape[axis]! * inner;
  const whole = shape[axis]! * inner;
  return (memory) => {
    memory.fill(0, outputs[0]!, outputs[0]! + sizeOf(shape));
    copyBlocks(memory, outer, length, [inputs[0]!, length], [outputs[0]! + before * inner, whole]);
  };
};

const concat: Maker = (node, { inputs, outputs }) => {
  const axis = node.attributes.axis as number;
  const { shape } = node.outputs[0]!;
  const [outer, inner] = cut(shape, axis);
  const whole = shape[axis]! * inner;
  const lengths = node.inputs.map((input) => input.shape[axis]! * inner);
  return (memory) => {
    let to = outputs[0]!;
    lengths.forEach((length, i) => {
      copyBlocks(memory, outer, length, [inputs[i]!, length], [to, whole]);
      to += length;
    });
  };
};

/** How each operation is done without a library. Those that only name a part or another shape of a value are not here. */
export const OPERATIONS: Readonly<Record<string, Maker>> = {
  ...{ add, addBias: add, matMul, sum, sumColumns, softmax, crossEntropy, dropoutMask, slice, pad, concat },
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  relu: unary((x) => (x > 0 ? x : 0)),
  reluGradient: binary((d, y) => (y > 0 ? d : 0)),
  tanh: byKernel('tanhAll'),
  tanhGradient: binary((y, d) => d * (1 - y * y)),
  sigmoid: byKernel('sigmoidAll'),
  sigmoidGradient: binary((y, d) => d * y * (1 - y)),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  rsqrt: unary((x) => 1 / Math.sqrt(x)),
  expand: (node, places) => gather(sourceIndices(node.inputs[0]!.shape, node.outputs[0]!.shape)!)(node, places),
  transpose: (node, places) =>
    gather(transposedIndices(node.inputs[0]!.shape, node.attributes.order as readonly number[]))(node, places),
  lstm: lstmSteps,
  gru: gruSteps,
};

/** Entries of scratch that a node needs. */
export function scratchOf(node: GraphNode): number {
  const round = (size: number) => Math.ceil(size / 16) * 16;
  const { op, inputs, attributes, outputs } = node;
  if (op === 'matMul') {
    const per = (shape: readonly number[]) => round(sizeOf(shape.slice(-2)));
    return (attributes.transposeA ? per(inputs[0]!.shape) : 0) + (attributes.transposeB ? per(inputs[1]!.shape) : 0);
  }
  if (op !== 'lstm' && op !== 'gru') return 0;
  const [rows, units] = outputs[0]!.shape as [number, number];
  const batch = rows / (attributes.steps as number);
  return round(rows * 4 * units) + round(batch * 6 * units);
}
