import { LearnError } from '@trainyard/data';
import { defineNetwork } from './define-network.js';
import { dropout } from './graph/activations.js';
import { add, mean } from './graph/arithmetic.js';
import type { Value } from './graph/graph.js';
import { reshape } from './graph/layout.js';
import { layerNorm, selfAttention } from './layers/attention.js';
import { dense } from './layers/dense.js';
import type { Builder } from './layers/network.js';
import { meanOverSteps } from './layers/padding.js';
import type { Architecture, NeuralParams } from './neural-model.js';

interface TransformerParams extends NeuralParams {
  readonly d_model: number;
  readonly num_heads: number;
  readonly num_layers: number;
  readonly dim_feedforward: number;
  readonly dropout: number;
  readonly positions: 'learned' | 'sinusoidal' | 'none';
  readonly causal: boolean;
}

/** One number a step and feature: sines and cosines of falling frequencies (Vaswani et al. 2017). */
function sinusoids(steps: number, width: number): Float32Array {
  return Float32Array.from({ length: steps * width }, (_, at) => {
    const j = at % width;
    const angle = Math.floor(at / width) / 10_000 ** ((j - (j % 2)) / width);
    return j % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

function withPositions(builder: Builder, x: Value, steps: number, kind: TransformerParams['positions']): Value {
  if (kind === 'none') return x;
  const { graph, batch, weight } = builder;
  const width = x.shape[1]!;
  const shape = [steps, 1, width];
  const where =
    kind === 'learned' ? weight('positions', shape, 'small') : graph.constant(sinusoids(steps, width), shape);
  return reshape(graph, add(graph, reshape(graph, x, [steps, batch, width]), where), x.shape);
}

/** A Transformer encoder whose outputs are averaged over the steps; the norms come after each sum, as in the paper. */
export const transformerArchitecture: Architecture<TransformerParams> = {
  name: 'transformer',
  check: ({ d_model, num_heads }) => {
    if (d_model % num_heads === 0) return;
    const words = `params.d_model is ${d_model}, but must be a multiple of params.num_heads, ${num_heads}.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.d_model' });
  },
  network:
    (params, { steps, outputs }) =>
    (builder, x) => {
      const { graph, batch, seed, mask } = builder;
      const drop = (value: Value) => (seed ? dropout(graph, value, params.dropout, seed) : value);
      const embedded = dense(builder, 'embedding', x, params.d_model, 'linear');
      let h = drop(withPositions(builder, embedded, steps, params.positions));
      for (let i = 0; i < params.num_layers; i++) {
        const options = { steps, heads: params.num_heads, causal: params.causal };
        const seen = drop(selfAttention(builder, `layer${i}/attention`, h, options));
        h = layerNorm(builder, `layer${i}/norm1`, add(graph, h, seen));
        const inner = dense(builder, `layer${i}/inner`, h, params.dim_feedforward, 'relu');
        const outer = drop(dense(builder, `layer${i}/outer`, inner, params.d_model, 'linear'));
        h = layerNorm(builder, `layer${i}/norm2`, add(graph, h, outer));
      }
      const pooled = mask
        ? meanOverSteps(graph, h, mask, steps)
        : mean(graph, reshape(graph, h, [steps, batch, params.d_model]), [0]);
      return dense(builder, 'output', pooled, outputs, 'linear');
    },
};

export const transformer = defineNetwork(transformerArchitecture, {
  params: {
    d_model: { type: 'int', default: 64, min: 1, description: 'Width of a step inside; a multiple of num_heads.' },
    num_heads: { type: 'int', default: 4, min: 1, description: 'Attention heads of a layer.', aliases: ['nhead'] },
    num_layers: { type: 'int', default: 2, min: 1, max: 32, description: 'Encoder layers on top of each other.' },
    dim_feedforward: {
      type: 'int',
      default: 128,
      min: 1,
      description: 'Units between the two dense layers of a layer.',
    },
    dropout: { type: 'float', default: 0.1, min: 0, max: 0.95, description: 'Share dropped while learning.' },
    positions: {
      type: 'enum',
      values: ['learned', 'sinusoidal', 'none'],
      default: 'learned',
      description: 'How a step says where it stands.',
    },
    causal: { type: 'boolean', default: false, description: 'Whether a step sees itself and earlier ones alone.' },
  },
  space: {
    d_model: { type: 'categorical', choices: [32, 64, 128] },
    num_layers: { type: 'int', low: 1, high: 4 },
    dropout: { type: 'float', low: 0, high: 0.5 },
  },
});
