import { type NetworkHead, quantileShares } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import type { ModelOutput } from './exporter.js';

const ints = (graph: OnnxGraph, values: readonly number[]) => graph.ints(values, values.length);

/** The mean of what several networks say. */
function meanOf(graph: OnnxGraph, values: readonly Value[]): Value {
  return values.length === 1 ? values[0]! : graph.node('Mean', values);
}

/** What the outputs of networks that answer together mean, `N x outputs` each. */
export function headOutput(
  graph: OnnxGraph,
  head: NetworkHead,
  outputs: readonly Value[],
  threshold = Number.POSITIVE_INFINITY,
): ModelOutput {
  const each = (of: (output: Value) => Value) => meanOf(graph, outputs.map(of));
  if (head.kind === 'classes') {
    return { probabilities: each((output) => graph.node('Softmax', [output], { axis: { int: -1 } })) };
  }
  if (head.kind === 'score') {
    const score = each((output) => output);
    const odd = graph.node('Greater', [score, graph.floats([threshold], 1)]);
    return { score, index: graph.node('Reshape', [graph.cast(odd, 'int64'), ints(graph, [-1])]) };
  }
  const { values: width } = head;
  const scaled = (value: Value) => {
    const wide = graph.node('Mul', [value, graph.floats(head.scale.deviation, width)]);
    return graph.node('Add', [wide, graph.floats(head.scale.mean, width)]);
  };
  if (head.kind === 'values') return { value: scaled(each((output) => output)), width };
  if (head.kind === 'gaussian') {
    const half = (from: number) => each((output) => columns(graph, output, from, from + width));
    return {
      value: scaled(half(0)),
      width,
      ...(outputs.length === 1 ? { deviation: deviations(graph, head, outputs[0]!) } : {}),
    };
  }
  return quantileOutput(graph, head, outputs, scaled);
}

function columns(graph: OnnxGraph, value: Value, from: number, to: number): Value {
  return graph.node('Slice', [value, ints(graph, [from]), ints(graph, [to]), ints(graph, [1])]);
}

/** (1 + exp(-(output + shift))) / c, in the target's units. */
function deviations(graph: OnnxGraph, { values: width, scale, precision }: NetworkHead, output: Value): Value {
  const raw = columns(graph, output, width, 2 * width);
  const shifted = graph.node('Neg', [graph.node('Add', [raw, graph.floats([precision.shift], 1)])]);
  const one = graph.node('Add', [graph.node('Exp', [shifted]), graph.floats([1], 1)]);
  return graph.node('Mul', [
    one,
    graph.floats(
      scale.deviation.map((deviation) => deviation / precision.most),
      width,
    ),
  ]);
}

/** Quantiles in ascending order, so that they never cross, and the median that follows from them. */
function quantileOutput(
  graph: OnnxGraph,
  { values: width, quantiles, scale }: NetworkHead,
  outputs: readonly Value[],
  scaled: (value: Value) => Value,
): ModelOutput {
  const count = quantiles.length;
  const sorted = meanOf(
    graph,
    outputs.map((output) => {
      const apart = graph.node('Reshape', [output, ints(graph, [-1, width, count])]);
      return graph.nodeWith(2, 'TopK', [apart, ints(graph, [count])], { largest: { int: 0 }, axis: { int: 2 } })[0]!;
    }),
  );
  const middle = graph.node('MatMul', [sorted, graph.floats(quantileShares(quantiles, 0.5), count, 1)]);
  const wide = graph.node('Mul', [sorted, graph.floats(scale.deviation, width, 1)]);
  return {
    value: scaled(graph.node('Reshape', [middle, ints(graph, [-1, width])])),
    width,
    quantiles: graph.node('Add', [wide, graph.floats(scale.mean, width, 1)]),
  };
}
