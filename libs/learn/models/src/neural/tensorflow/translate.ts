import type { GraphNode, KernelSetting } from '../graph/graph.js';
import type { GraphWriter } from './graph-writer.js';
import { DATA_TYPE } from './saved-model.js';

/** The references of a node's outputs, from those of its inputs. */
type Translation = (writer: GraphWriter, node: GraphNode, inputs: readonly string[]) => string | readonly string[];

const INT32 = { Tidx: { type: DATA_TYPE.int32 } } as const;
const INDEX = { Index: { type: DATA_TYPE.int32 } } as const;

const direct =
  (op: string): Translation =>
  (writer, _, inputs) =>
    writer.float(op, inputs);

const shapeOf = (node: GraphNode) => node.outputs[0]!.shape;
const outputsOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}:${i}`);

/** How each operation of our graphs is said in TensorFlow's. Weights and inputs are the program's business. */
export const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  add: direct('AddV2'),
  subtract: direct('Sub'),
  multiply: direct('Mul'),
  relu: direct('Relu'),
  reluGradient: direct('ReluGrad'),
  tanh: direct('Tanh'),
  tanhGradient: direct('TanhGrad'),
  sigmoid: direct('Sigmoid'),
  sigmoidGradient: direct('SigmoidGrad'),
  softplus: direct('Softplus'),
  rsqrt: direct('Rsqrt'),
  softmax: direct('Softmax'),
  addBias: direct('BiasAdd'),
  sumColumns: direct('BiasAddGrad'),
  identity: direct('Identity'),
  constant: (writer, node) => writer.constant(node.attributes.values as Float32Array, shapeOf(node)),
  int64: (writer, node) => writer.constant(BigInt64Array.of(BigInt(node.attributes.value as number)), []),
  matMul: (writer, node, inputs) => {
    const a = { b: node.attributes.transposeA as boolean };
    const b = { b: node.attributes.transposeB as boolean };
    if (node.outputs[0]!.shape.length === 2) return writer.float('MatMul', inputs, { transpose_a: a, transpose_b: b });
    return writer.float('BatchMatMulV2', inputs, { adj_x: a, adj_y: b });
  },
  sum: (writer, node, [value]) => {
    const axes = writer.ints(node.attributes.axes as readonly number[]);
    return writer.float('Sum', [value!, axes], { ...INT32, keep_dims: { b: node.attributes.keep as boolean } });
  },
  reshape: (writer, node, [value]) =>
    writer.float('Reshape', [value!, writer.ints(shapeOf(node))], { Tshape: { type: DATA_TYPE.int32 } }),
  expand: (writer, node, [value]) => writer.float('BroadcastTo', [value!, writer.ints(shapeOf(node))], INT32),
  transpose: (writer, node, [value]) =>
    writer.float('Transpose', [value!, writer.ints(node.attributes.order as readonly number[])], {
      Tperm: { type: DATA_TYPE.int32 },
    }),
  slice: (writer, node, [value]) => {
    const { axis, begin } = node.attributes;
    const from = shapeOf(node).map((_, i) => (i === axis ? (begin as number) : 0));
    return writer.float('Slice', [value!, writer.ints(from), writer.ints(shapeOf(node))], INDEX);
  },
  pad: (writer, node, [value]) => {
    const { axis, before, after } = node.attributes;
    const pairs = shapeOf(node).flatMap((_, i) => (i === axis ? [before as number, after as number] : [0, 0]));
    const paddings = writer.constant(Int32Array.from(pairs), [pairs.length / 2, 2]);
    return writer.float('Pad', [value!, paddings], { Tpaddings: { type: DATA_TYPE.int32 } });
  },
  concat: (writer, node, inputs) => {
    const axis = writer.constant(Int32Array.of(node.attributes.axis as number), []);
    return writer.float('ConcatV2', [...inputs, axis], { ...INT32, N: { i: inputs.length } });
  },
  crossEntropy: (writer, _, inputs) =>
    outputsOf(writer.float('SparseSoftmaxCrossEntropyWithLogits', inputs, { Tlabels: { type: DATA_TYPE.int32 } }), 2),
  kernel: (writer, node, inputs) => {
    const { name, settings } = node.attributes;
    const made = writer.float(name as string, inputs, settings as Readonly<Record<string, KernelSetting>>);
    return outputsOf(made, node.outputs.length);
  },
  dropoutMask: (writer, node, [seed]) => {
    const rate = node.attributes.rate as number;
    const salt = writer.constant(Int32Array.of(0, node.attributes.salt as number), [2]);
    const salted = writer.op('AddV2', [seed!, salt], { T: { type: DATA_TYPE.int32 } });
    const uniform = writer.op('StatelessRandomUniform', [writer.ints(shapeOf(node)), salted], {
      dtype: { type: DATA_TYPE.float },
      T: { type: DATA_TYPE.int32 },
      Tseed: { type: DATA_TYPE.int32 },
    });
    const kept = writer.float('GreaterEqual', [uniform, writer.constant(Float32Array.of(rate), [])]);
    const one = writer.op('Cast', [kept], { SrcT: { type: 10 }, DstT: { type: DATA_TYPE.float } });
    return writer.float('Mul', [one, writer.constant(Float32Array.of(1 / (1 - rate)), [])]);
  },
};
