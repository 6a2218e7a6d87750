import { multiply, subtract, sum } from './arithmetic.js';
import type { Graph, Value } from './graph.js';
import { reshape } from './layout.js';

/**
 * -log softmax(logits)[label] of each row: `logits` are `n x k`, `labels` an int input of n entries, the result has n entries.
 */
export function crossEntropy(graph: Graph, logits: Value, labels: Value): Value {
  const [rows, classes] = logits.shape as [number, number];
  const outputs: readonly Value[] = graph.add('crossEntropy', [logits, labels], [[rows], [rows, classes]], {
    gradient: ([d]) => [multiply(graph, reshape(graph, d!, [rows, 1]), outputs[1]!), undefined],
  });
  return outputs[0]!;
}

/** The squared error of each row, summed over its outputs: both are `n x k`, the result has n entries. */
export function squaredError(graph: Graph, outputs: Value, targets: Value): Value {
  const error = subtract(graph, outputs, targets);
  return sum(graph, multiply(graph, error, error), [1]);
}
