import { relu, sigmoid, softplus } from '../graph/activations.js';
import { add, mean, multiply, scale, subtract } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { reshape, slice } from '../graph/layout.js';
import { crossEntropy, squaredError } from '../graph/losses.js';
import type { Head } from './head.js';
import { MOST_PRECISE, PRECISION_SHIFT } from './precision.js';

/**
 * The loss of each row of a batch, `n` entries: of `outputs`, `n x width`, against the input `target` (`n` labels, or `n x values` in
 * deviations from the mean). A score is its own loss.
 */
export function graphLoss(graph: Graph, head: Head, outputs: Value): Value {
  const rows = outputs.shape[0]!;
  if (head.kind === 'score') return reshape(graph, outputs, [rows]);
  if (head.kind === 'classes') return crossEntropy(graph, outputs, graph.input('target', [rows], 'int'));
  const targets = graph.input('target', [rows, head.values]);
  if (head.kind === 'gaussian') return gaussianLoss(graph, outputs, targets);
  if (head.kind === 'quantiles') return pinballLoss(graph, head.quantiles, outputs, targets);
  const squares = squaredError(graph, outputs, targets);
  return head.values === 1 ? squares : scale(graph, squares, 1 / head.values);
}

/**
 * Mean over the values of -log N(target; mean, deviation), without its constant (Nix and Weigend 1994). One over the deviation is
 * MOST_PRECISE sigmoid(output + shift): 1 where the output is 0, and bounded, so that no row learnt by heart has an endless likelihood.
 */
function gaussianLoss(graph: Graph, outputs: Value, targets: Value): Value {
  const values = targets.shape[1]!;
  const raw = add(graph, slice(graph, outputs, 1, values, values), graph.scalar(PRECISION_SHIFT));
  const precision = scale(graph, sigmoid(graph, raw), MOST_PRECISE);
  const error = multiply(graph, subtract(graph, slice(graph, outputs, 1, 0, values), targets), precision);
  const half = scale(graph, multiply(graph, error, error), 0.5);
  // -log(c sigmoid(z)) = softplus(-z) - log c
  const logDeviation = subtract(
    graph,
    softplus(graph, scale(graph, raw, -1)),
    graph.scalar(Math.fround(Math.log(MOST_PRECISE))),
  );
  return mean(graph, add(graph, half, logDeviation), [1]);
}

/** Mean over values and quantiles of q (y - o) where the target y lies above the output o, (q - 1) (y - o) below (Koenker and Bassett 1978). */
function pinballLoss(graph: Graph, quantiles: readonly number[], outputs: Value, targets: Value): Value {
  const [rows, values] = targets.shape as [number, number];
  const shape = [rows, values, quantiles.length];
  const error = subtract(graph, reshape(graph, targets, [rows, values, 1]), reshape(graph, outputs, shape));
  const weighed = multiply(graph, error, graph.constant(Float32Array.from(quantiles), [quantiles.length]));
  return mean(graph, add(graph, weighed, relu(graph, scale(graph, error, -1))), [1, 2]);
}
