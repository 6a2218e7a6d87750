import { type GraphNode, type NetworkGraph, type Value as NetworkValue, networkGraph } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import type { OnnxExporter } from './exporter.js';
import { headOutput } from './neural-head.js';

/** A node in batches of two sizes: what differs between them is what depends on the number of rows. */
interface Twin {
  readonly node: GraphNode;
  readonly other: GraphNode;
}

type Writer = (graph: OnnxGraph, twin: Twin, inputs: readonly Value[]) => Value;

const simple =
  (op: string): Writer =>
  (graph, _, inputs) =>
    graph.node(op, inputs);

/** The shape with -1 where it depends on the number of rows. */
function dynamicShape({ node, other }: Twin): number[] {
  const { shape } = other.outputs[0]!;
  return node.outputs[0]!.shape.map((size, i) => (size === shape[i] ? size : -1));
}

const ints = (graph: OnnxGraph, values: readonly number[]) => graph.ints(values, values.length);

const transposeLast = (graph: OnnxGraph, value: Value, rank: number): Value => {
  const order = Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
  return graph.node('Transpose', [value], { perm: { ints: order } });
};

const matMul: Writer = (graph, { node }, [a, b]) => {
  const { transposeA, transposeB } = node.attributes;
  const rank = node.outputs[0]!.shape.length;
  const left = transposeA ? transposeLast(graph, a!, rank) : a!;
  const right = transposeB ? transposeLast(graph, b!, rank) : b!;
  return graph.node('MatMul', [left, right]);
};

const WRITERS: Readonly<Record<string, Writer>> = {
  ...{ add: simple('Add'), addBias: simple('Add'), subtract: simple('Sub'), multiply: simple('Mul'), matMul },
  ...{ relu: simple('Relu'), tanh: simple('Tanh'), sigmoid: simple('Sigmoid'), softplus: simple('Softplus') },
  rsqrt: (graph, _, [x]) => graph.node('Reciprocal', [graph.node('Sqrt', [x!])]),
  softmax: (graph, _, [x]) => graph.node('Softmax', [x!], { axis: { int: -1 } }),
  constant: (graph, { node }) => graph.floats(node.attributes.values as Float32Array, ...node.outputs[0]!.shape),
  sum: (graph, { node }, [x]) => {
    const axes = ints(graph, node.attributes.axes as readonly number[]);
    return graph.node('ReduceSum', [x!, axes], { keepdims: { int: Number(node.attributes.keep) } });
  },
  reshape: (graph, twin, [x]) => graph.node('Reshape', [x!, ints(graph, dynamicShape(twin))]),
  transpose: (graph, { node }, [x]) =>
    graph.node('Transpose', [x!], { perm: { ints: node.attributes.order as readonly number[] } }),
  slice: (graph, { node }, [x]) => {
    const axis = node.attributes.axis as number;
    const begin = node.attributes.begin as number;
    const end = begin + node.outputs[0]!.shape[axis]!;
    return graph.node('Slice', [x!, ints(graph, [begin]), ints(graph, [end]), ints(graph, [axis])]);
  },
  pad: (graph, { node }, [x]) => {
    const { axis, before, after } = node.attributes;
    const at = (size: unknown) => node.outputs[0]!.shape.map((_, i) => (i === axis ? (size as number) : 0));
    return graph.node('Pad', [x!, ints(graph, [...at(before), ...at(after)])]);
  },
  concat: (graph, { node }, inputs) => graph.node('Concat', inputs, { axis: { int: node.attributes.axis as number } }),
};

/** Batches that no other size of a network is likely to be. */
const BATCHES = [5, 7] as const;

/** `trainyard.neural`: the network's plain operations one by one, recurrent layers step by step, for any number of rows. */
export const neural: OnnxExporter = (artifact, x, { graph }) => {
  const networks = BATCHES.map((batch) => networkGraph(artifact, batch)) as [NetworkGraph, NetworkGraph];
  const [{ shape, members, head, threshold }] = networks;
  const { steps, features } = shape;
  const sequence = graph.node('Reshape', [x, ints(graph, [-1, steps, features])]);
  const timeMajor = graph.node('Transpose', [sequence], { perm: { ints: [1, 0, 2] } });
  const rows = graph.node('Reshape', [timeMajor, ints(graph, [-1, features])]);
  const outputs = members.map((weights) => networkOutputs(graph, networks, weights, rows));
  return headOutput(graph, head, outputs, threshold);
};

/** Adds one network; returns its outputs, `N x outputs`. */
function networkOutputs(
  graph: OnnxGraph,
  [network, twin]: readonly [NetworkGraph, NetworkGraph],
  weights: NetworkGraph['members'][number],
  x: Value,
): Value {
  const written = new Map<NetworkValue, Value>();
  network.graph.nodes.forEach((node, i) => {
    const output = node.outputs[0]!;
    if (node.op === 'input') written.set(output, x);
    else if (node.op === 'weight') {
      written.set(output, graph.floats(weights.get(node.attributes.name as string)!, ...output.shape));
    } else {
      const write = WRITERS[node.op];
      if (write === undefined) throw new TypeError(`ONNX is not told how to do "${node.op}"`);
      const inputs = node.inputs.map((input) => written.get(input)!);
      written.set(output, write(graph, { node, other: twin.graph.nodes[i]! }, inputs));
    }
  });
  return written.get(network.outputs)!;
}
