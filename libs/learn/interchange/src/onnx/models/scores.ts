import type { OnnxGraph, Value } from '../graph.js';
import type { ModelOutput } from './exporter.js';

/** Log-odds `N x 1` of the second of two classes as probabilities `N x 2`. */
export function fromLogOdds(graph: OnnxGraph, scores: Value): ModelOutput {
  const p = graph.node('Sigmoid', [scores]);
  // The first by the sigmoid of the negative score: 1 - p would lose its digits.
  const q = graph.node('Sigmoid', [graph.node('Neg', [scores])]);
  return { probabilities: graph.beside([q, p]) };
}

/** Scores `N x k` as probabilities that sum to 1. */
export function fromScores(graph: OnnxGraph, scores: Value): ModelOutput {
  return { probabilities: graph.node('Softmax', [scores], { axis: { int: 1 } }) };
}

/** `x W + b` in double: `weights` is row-major `outputs x (f + 1)` with the constant last. Gives double `N x outputs`. */
export function linearScores(graph: OnnxGraph, x: Value, weights: Float64Array, outputs: number): Value {
  const stride = weights.length / outputs;
  const f = stride - 1;
  const matrix = new Float64Array(f * outputs);
  const constants = new Float64Array(outputs);
  for (let c = 0; c < outputs; c++) {
    for (let j = 0; j < f; j++) matrix[j * outputs + c] = weights[c * stride + j]!;
    constants[c] = weights[c * stride + f]!;
  }
  const product = graph.node('MatMul', [graph.cast(x, 'double'), graph.doubles(matrix, f, outputs)]);
  return graph.node('Add', [product, graph.doubles(constants, 1, outputs)]);
}
