import { sigmoid, tanh } from '../graph/activations.js';
import { add, addBias, matMul, multiply, sumColumns } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { int64, kernel } from '../graph/kernel.js';
import { concat, reshape, slice } from '../graph/layout.js';
import { stepOf, stepsOf } from './steps.js';

/** Weights of an LSTM of `h` units over `f` features, the gates in the order input, candidate, forget, output. */
export interface LstmWeights {
  /** `f x 4h`. */
  readonly kernel: Value;
  /** `h x 4h`. */
  readonly recurrent: Value;
  /** `4h`. */
  readonly bias: Value;
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates): `x` is time-major `(steps * batch) x f`; the result
 * holds all steps' outputs, `(steps * batch) x h`, or with `last` those of the last step, `batch x h`.
 */
export function lstm(graph: Graph, x: Value, weights: LstmWeights, steps: number, last: boolean): Value {
  if (graph.flavour === 'tensorflow') return fusedLstm(graph, x, weights, steps, last);
  if (graph.flavour === 'direct') {
    const { kernel: k, recurrent, bias } = weights;
    const all = graph.one('lstm', [x, k, recurrent, bias], [x.shape[0]!, recurrent.shape[0]!], {
      attributes: { steps },
    });
    return last ? stepOf(graph, all, steps, steps - 1) : all;
  }
  return plainLstm(graph, x, weights, steps, last);
}

function plainLstm(graph: Graph, x: Value, { kernel: k, recurrent, bias }: LstmWeights, steps: number, last: boolean) {
  const units = recurrent.shape[0]!;
  const inputs = addBias(graph, matMul(graph, x, k), bias);
  const outputs: Value[] = [];
  let cell: Value | undefined;
  for (let t = 0; t < steps; t++) {
    let z = stepOf(graph, inputs, steps, t);
    if (t > 0) z = add(graph, z, matMul(graph, outputs[t - 1]!, recurrent));
    const gate = (g: number) => slice(graph, z, 1, g * units, units);
    const fresh = multiply(graph, sigmoid(graph, gate(0)), tanh(graph, gate(1)));
    cell = cell === undefined ? fresh : add(graph, multiply(graph, sigmoid(graph, gate(2)), cell), fresh);
    outputs.push(multiply(graph, sigmoid(graph, gate(3)), tanh(graph, cell)));
  }
  return last ? outputs.at(-1)! : concat(graph, outputs, 0);
}

/**
 * Forward: BlockLSTM, one kernel for all steps. Backward: LSTMBlockCellGrad for the gates of each step, and one product for all
 * steps' share in each weight, which BlockLSTMGrad would make step by step.
 */
function fusedLstm(graph: Graph, x: Value, weights: LstmWeights, steps: number, last: boolean): Value {
  const { kernel: k, recurrent, bias } = weights;
  const [rows, features] = x.shape as [number, number];
  const units = recurrent.shape[0]!;
  const batch = rows / steps;
  const state = graph.constant(new Float32Array(batch * units), [batch, units]);
  const peephole = graph.constant(new Float32Array(units), [units]);
  const w = concat(graph, [k, recurrent], 0);
  const sequence = reshape(graph, x, [steps, batch, features]);
  const peepholes = [peephole, peephole, peephole];
  const gates = kernel(
    graph,
    'BlockLSTM',
    [int64(graph, steps), sequence, state, state, w, ...peepholes, bias],
    Array.from({ length: 7 }, () => [steps, batch, units]),
    { forget_bias: { f: 0 }, cell_clip: { f: -1 }, use_peephole: { b: false } },
  );
  const flat = gates.map((gate) => reshape(graph, gate, [rows, units]));
  const [i, cs, f, o, ci, co, h] = flat as [Value, Value, Value, Value, Value, Value, Value];
  const at = (value: Value, t: number) => stepOf(graph, value, steps, t);

  const gradient = ([d]: readonly (Value | undefined)[], [toX]: readonly boolean[]) => {
    let dh = last ? d! : at(d!, steps - 1);
    let dc = state;
    const deltas: Value[] = new Array(steps);
    for (let t = steps - 1; t >= 0; t--) {
      const before = t > 0 ? [at(cs, t - 1), at(h, t - 1)] : [state, state];
      const here = [i, cs, f, o, ci, co].map((value) => at(value, t));
      const [previous, delta] = kernel(
        graph,
        'LSTMBlockCellGrad',
        [at(x, t), ...before, w, ...peepholes, bias, ...here, dc, dh],
        [[batch, units], [batch, 4 * units], [units], [units], [units]],
        { use_peephole: { b: false } },
      );
      deltas[t] = delta!;
      dc = previous!;
      if (t === 0) break;
      dh = matMul(graph, delta!, recurrent, { transposeB: true });
      if (!last) dh = add(graph, dh, at(d!, t - 1));
    }
    const all = concat(graph, deltas, 0);
    const later = stepsOf(graph, all, steps, 1, steps);
    const earlier = stepsOf(graph, h, steps, 0, steps - 1);
    return [
      toX ? matMul(graph, all, k, { transposeB: true }) : undefined,
      matMul(graph, x, all, { transposeA: true }),
      steps > 1
        ? matMul(graph, earlier, later, { transposeA: true })
        : graph.constant(new Float32Array(4 * units * units), [units, 4 * units]),
      sumColumns(graph, all),
    ];
  };
  const result = last ? slice(graph, reshape(graph, h, [steps, batch, units]), 0, steps - 1, 1) : h;
  const shape = last ? [batch, units] : [rows, units];
  return graph.one('reshape', [result], shape, { sources: [x, k, recurrent, bias], gradient });
}
