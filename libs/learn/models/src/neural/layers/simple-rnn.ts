import { tanh } from '../graph/activations.js';
import { add, addBias, matMul, multiply } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { concat } from '../graph/layout.js';
import { stepOf } from './steps.js';

/** Weights of an Elman network: `f x h`, `h x h` and `h`. */
export interface RnnWeights {
  readonly kernel: Value;
  readonly recurrent: Value;
  readonly bias: Value;
}

/** h(t) = tanh(x(t) k + h(t - 1) r + b) (Elman 1990); shapes as of `lstm`. 0 where the mask is. */
export function simpleRnn(
  graph: Graph,
  x: Value,
  { kernel, recurrent, bias }: RnnWeights,
  steps: number,
  last: boolean,
  mask?: Value,
) {
  const inputs = addBias(graph, matMul(graph, x, kernel), bias);
  const outputs: Value[] = [];
  for (let t = 0; t < steps; t++) {
    const fresh = stepOf(graph, inputs, steps, t);
    const before = outputs[t - 1];
    const z = before ? add(graph, fresh, matMul(graph, before, recurrent)) : fresh;
    outputs.push(tanh(graph, mask ? multiply(graph, z, stepOf(graph, mask, steps, t)) : z));
  }
  return last ? outputs.at(-1)! : concat(graph, outputs, 0);
}
