import { sigmoid, tanh } from '../graph/activations.js';
import { add, addBias, matMul, multiply, subtract, sumColumns } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { kernel } from '../graph/kernel.js';
import { concat, slice } from '../graph/layout.js';
import { stepOf } from './steps.js';

/** Weights of a GRU of `h` units over `f` features: the gates are reset and update, the candidate is apart. */
export interface GruWeights {
  /** `f x 2h` and `h x 2h`, `2h`. */
  readonly gateKernel: Value;
  readonly gateRecurrent: Value;
  readonly gateBias: Value;
  /** `f x h` and `h x h`, `h`. */
  readonly kernel: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/**
 * Gated recurrent unit (Cho et al. 2014; the reset gate before the product, Keras's `reset_after=False`): `x` is time-major
 * `(steps * batch) x f`; the result holds all steps' outputs, or with `last` those of the last step, `batch x h`.
 */
export function gru(graph: Graph, x: Value, weights: GruWeights, steps: number, last: boolean): Value {
  if (graph.flavour === 'tensorflow') return fusedGru(graph, x, weights, steps, last);
  const units = weights.recurrent.shape[0]!;
  if (graph.flavour === 'direct') {
    const { gateKernel, gateRecurrent, gateBias, kernel: k, recurrent, bias } = weights;
    const inputs = [x, gateKernel, gateRecurrent, gateBias, k, recurrent, bias];
    const all = graph.one('gru', inputs, [x.shape[0]!, units], { attributes: { steps } });
    return last ? stepOf(graph, all, steps, steps - 1) : all;
  }
  const gateInputs = addBias(graph, matMul(graph, x, weights.gateKernel), weights.gateBias);
  const candidateInputs = addBias(graph, matMul(graph, x, weights.kernel), weights.bias);
  const outputs: Value[] = [];
  for (let t = 0; t < steps; t++) {
    const before = outputs[t - 1];
    let gates = stepOf(graph, gateInputs, steps, t);
    if (before) gates = add(graph, gates, matMul(graph, before, weights.gateRecurrent));
    const update = sigmoid(graph, slice(graph, gates, 1, units, units));
    let candidate = stepOf(graph, candidateInputs, steps, t);
    if (before) {
      const reset = multiply(graph, sigmoid(graph, slice(graph, gates, 1, 0, units)), before);
      candidate = add(graph, candidate, matMul(graph, reset, weights.recurrent));
    }
    const fresh = tanh(graph, candidate);
    const kept = multiply(graph, subtract(graph, graph.scalar(1), update), fresh);
    outputs.push(before ? add(graph, multiply(graph, update, before), kept) : kept);
  }
  return last ? outputs.at(-1)! : concat(graph, outputs, 0);
}

/**
 * GRUBlockCell for each step forward and GRUBlockCellGrad backward; the share of all steps in each weight is one product. Backward
 * the kernel gets inputs without columns, because the gradient by the inputs, where it is wanted at all, is one product as well.
 */
function fusedGru(graph: Graph, x: Value, weights: GruWeights, steps: number, last: boolean): Value {
  const { gateKernel, gateRecurrent, gateBias, kernel: k, recurrent, bias } = weights;
  const [rows] = x.shape as [number, number];
  const units = recurrent.shape[0]!;
  const batch = rows / steps;
  const zero = graph.constant(new Float32Array(batch * units), [batch, units]);
  const gateWeights = concat(graph, [gateKernel, gateRecurrent], 0);
  const candidateWeights = concat(graph, [k, recurrent], 0);
  const cells: (readonly Value[])[] = [];
  const shapes = Array.from({ length: 4 }, () => [batch, units]);
  for (let t = 0; t < steps; t++) {
    const inputs = [stepOf(graph, x, steps, t), cells[t - 1]?.[3] ?? zero, gateWeights, candidateWeights];
    cells.push(kernel(graph, 'GRUBlockCell', [...inputs, gateBias, bias], shapes));
  }
  const outputs = cells.map((cell) => cell[3]!);

  const gradient = ([d]: readonly (Value | undefined)[], [toX]: readonly boolean[]) => {
    const nothing = graph.constant(new Float32Array(0), [batch, 0]);
    let dh = last ? d! : stepOf(graph, d!, steps, steps - 1);
    const candidateDeltas: Value[] = new Array(steps);
    const gateDeltas: Value[] = new Array(steps);
    for (let t = steps - 1; t >= 0; t--) {
      const [r, u, c] = cells[t]!;
      const before = outputs[t - 1] ?? zero;
      const given = [nothing, before, gateRecurrent, recurrent, gateBias, bias, r!, u!, c!, dh];
      const [, previous, dc, dg] = kernel(graph, 'GRUBlockCellGrad', given, [
        ...[
          [batch, 0],
          [batch, units],
          [batch, units],
        ],
        [batch, 2 * units],
      ]);
      candidateDeltas[t] = dc!;
      gateDeltas[t] = dg!;
      if (t > 0) dh = last ? previous! : add(graph, previous!, stepOf(graph, d!, steps, t - 1));
    }
    const dc = concat(graph, candidateDeltas, 0);
    const dg = concat(graph, gateDeltas, 0);
    const before = concat(graph, [zero, ...outputs.slice(0, -1)], 0);
    const resets = multiply(
      graph,
      before,
      concat(
        graph,
        cells.map((cell) => cell[0]!),
        0,
      ),
    );
    const by = (inputs: Value, deltas: Value) => matMul(graph, inputs, deltas, { transposeA: true });
    const toInput = (deltas: Value, w: Value) => matMul(graph, deltas, w, { transposeB: true });
    return [
      toX ? add(graph, toInput(dg, gateKernel), toInput(dc, k)) : undefined,
      ...[by(x, dg), by(before, dg), sumColumns(graph, dg)],
      ...[by(x, dc), by(resets, dc), sumColumns(graph, dc)],
    ];
  };
  const all = last ? outputs.at(-1)! : concat(graph, outputs, 0);
  const result = graph.one('identity', [all], all.shape, {
    sources: [x, gateKernel, gateRecurrent, gateBias, k, recurrent, bias],
    gradient,
  });
  return result;
}
