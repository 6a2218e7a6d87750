import { tanh } from '../graph/activations.js';
import { add, addBias, matMul } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { concat } from '../graph/layout.js';
import { stepOf } from './steps.js';

/** Weights of an Elman network: `f x h`, `h x h` and `h`. */
export interface RnnWeights {
  readonly kernel: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/** h(t) = tanh(x(t) k + h(t - 1) r + b) (Elman 1990); shapes as of `lstm`. */
export function simpleRnn(
  graph: Graph,
  x: Value,
  { kernel, recurrent, bias }: RnnWeights,
  steps: number,
  last: boolean,
) {
  const inputs = addBias(graph, matMul(graph, x, kernel), bias);
  const outputs: Value[] = [];
  for (let t = 0; t < steps; t++) {
    const fresh = stepOf(graph, inputs, steps, t);
    const before = outputs[t - 1];
    outputs.push(tanh(graph, before ? add(graph, fresh, matMul(graph, before, recurrent)) : fresh));
  }
  return last ? outputs.at(-1)! : concat(graph, outputs, 0);
}
