import { multiply, scale, subtract, sum } from './arithmetic.js';
import type { Graph, Value } from './graph.js';

/** max(0, x). */
export function relu(graph: Graph, x: Value): Value {
  const y: Value = graph.one('relu', [x], x.shape, {
    gradient: ([d]) => [graph.one('reluGradient', [d!, y], x.shape)],
  });
  return y;
}

export function tanh(graph: Graph, x: Value): Value {
  const y: Value = graph.one('tanh', [x], x.shape, {
    gradient: ([d]) => [graph.one('tanhGradient', [y, d!], x.shape)],
  });
  return y;
}

export function sigmoid(graph: Graph, x: Value): Value {
  const y: Value = graph.one('sigmoid', [x], x.shape, {
    gradient: ([d]) => [graph.one('sigmoidGradient', [y, d!], x.shape)],
  });
  return y;
}

/** log(1 + exp(x)). */
export function softplus(graph: Graph, x: Value): Value {
  return graph.one('softplus', [x], x.shape, { gradient: ([d]) => [multiply(graph, d!, sigmoid(graph, x))] });
}

/** 1 / sqrt(x), for x > 0. */
export function rsqrt(graph: Graph, x: Value): Value {
  const y: Value = graph.one('rsqrt', [x], x.shape, {
    gradient: ([d]) => [scale(graph, multiply(graph, d!, multiply(graph, y, multiply(graph, y, y))), -0.5)],
  });
  return y;
}

/** Along the last axis. */
export function softmax(graph: Graph, x: Value): Value {
  const last = [x.shape.length - 1];
  const y: Value = graph.one('softmax', [x], x.shape, {
    gradient: ([d]) => {
      const along = sum(graph, multiply(graph, d!, y), last, true);
      return [multiply(graph, subtract(graph, d!, along), y)];
    },
  });
  return y;
}

/**
 * Dropout (Srivastava et al. 2014): each entry is 0 with probability `rate`, the others are scaled to keep the mean. `seed` is
 * an int input of two numbers, another for each run; the graph's own order tells the layers apart.
 */
export function dropout(graph: Graph, x: Value, rate: number, seed: Value): Value {
  if (rate === 0) return x;
  const attributes = { rate, salt: graph.nodes.length };
  const mask = graph.one('dropoutMask', [seed], x.shape, { attributes, trainable: false });
  return multiply(graph, x, mask);
}
