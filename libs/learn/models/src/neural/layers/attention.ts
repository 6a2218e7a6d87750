import { rsqrt, softmax } from '../graph/activations.js';
import { add, matMul, mean, multiply, scale, subtract } from '../graph/arithmetic.js';
import type { Value } from '../graph/graph.js';
import { reshape, slice, transpose } from '../graph/layout.js';
import { dense } from './dense.js';
import type { Builder } from './network.js';
import { withoutPadding } from './padding.js';

const EPSILON = 1e-5;

/** Each row to mean 0 and variance 1, then scaled and shifted by learnt numbers (Ba et al. 2016). */
export function layerNorm({ graph, weight }: Builder, name: string, x: Value): Value {
  const width = x.shape.at(-1)!;
  const last = [x.shape.length - 1];
  const centred = subtract(graph, x, mean(graph, x, last, true));
  const variance = mean(graph, multiply(graph, centred, centred), last, true);
  const normal = multiply(graph, centred, rsqrt(graph, add(graph, variance, graph.scalar(EPSILON))));
  const scaled = multiply(graph, normal, weight(`${name}/scale`, [width], 'ones'));
  return add(graph, scaled, weight(`${name}/shift`, [width], 'zeros'));
}

export interface AttentionOptions {
  readonly steps: number;
  readonly heads: number;
  /** Whether a step sees itself and earlier steps alone. */
  readonly causal: boolean;
}

/**
 * Multi-head self-attention (Vaswani et al. 2017), softmax(q k^T / sqrt(d)) v: `x` is time-major `(steps * batch) x width`, and so
 * is the result.
 */
export function selfAttention(builder: Builder, name: string, x: Value, options: AttentionOptions): Value {
  const { graph, batch, mask } = builder;
  const { steps, heads, causal } = options;
  const width = x.shape[1]!;
  const depth = width / heads;
  const projected = dense(builder, `${name}/query_key_value`, x, 3 * width, 'linear');
  const apart = transpose(graph, reshape(graph, projected, [steps, batch, 3, heads, depth]), [2, 1, 3, 0, 4]);
  const part = (i: number) => reshape(graph, slice(graph, apart, 0, i, 1), [batch * heads, steps, depth]);
  const all = matMul(graph, scale(graph, part(0), 1 / Math.sqrt(depth)), part(1), { transposeB: true });
  const scores = mask ? withoutPadding(graph, all, mask, heads) : all;
  const seen = causal ? add(graph, scores, graph.constant(futureMask(steps), [1, steps, steps])) : scores;
  const mixed = reshape(graph, matMul(graph, softmax(graph, seen), part(2)), [batch, heads, steps, depth]);
  const together = reshape(graph, transpose(graph, mixed, [2, 0, 1, 3]), [steps * batch, width]);
  return dense(builder, `${name}/output`, together, width, 'linear');
}

/** 0 where step j may be seen from step i, and a number that softmax turns into 0 where it may not. */
function futureMask(steps: number): Float32Array {
  return Float32Array.from({ length: steps * steps }, (_, at) => (at % steps > Math.floor(at / steps) ? -1e9 : 0));
}
