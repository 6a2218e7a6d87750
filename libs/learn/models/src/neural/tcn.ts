import { defineNetwork } from './define-network.js';
import { dropout, relu } from './graph/activations.js';
import { add, multiply } from './graph/arithmetic.js';
import type { Value } from './graph/graph.js';
import { causalConvolution } from './layers/causal-convolution.js';
import { dense } from './layers/dense.js';
import { stepOf } from './layers/steps.js';
import type { Architecture, NeuralParams } from './neural-model.js';

interface TcnParams extends NeuralParams {
  readonly num_filters: number;
  readonly kernel_size: number;
  readonly num_levels: number;
  readonly dropout: number;
}

/**
 * A temporal convolutional network (Bai et al. 2018): residual blocks of two causal convolutions, the dilation doubling from block
 * to block; the last step's output is what is learnt from. Without the paper's weight normalisation.
 */
export const tcnArchitecture: Architecture<TcnParams> = {
  name: 'tcn',
  network:
    (params, { steps, outputs }) =>
    (builder, x) => {
      const { graph, seed, mask } = builder;
      // Before the first step there are zeros, and so there must be at padding, before each convolution.
      const real = (value: Value) => (mask ? multiply(graph, value, mask) : value);
      let h = x;
      for (let level = 0; level < params.num_levels; level++) {
        const options = { steps, filters: params.num_filters, width: params.kernel_size, dilation: 2 ** level };
        let inner = h;
        for (const half of ['a', 'b']) {
          inner = real(causalConvolution(builder, `level${level}/${half}`, inner, options));
          if (seed) inner = dropout(graph, inner, params.dropout, seed);
        }
        const same = h.shape[1] === params.num_filters;
        const skipped = same ? h : dense(builder, `level${level}/skip`, h, params.num_filters, 'linear');
        h = real(relu(graph, add(graph, inner, skipped)));
      }
      return dense(builder, 'output', stepOf(graph, h, steps, steps - 1), outputs, 'linear');
    },
};

export const tcn = defineNetwork(tcnArchitecture, {
  params: {
    num_filters: {
      type: 'int',
      default: 64,
      min: 1,
      description: 'Channels of each convolution.',
      aliases: ['filters'],
    },
    kernel_size: { type: 'int', default: 3, min: 1, description: 'Steps that a filter sees, dilation apart.' },
    num_levels: {
      type: 'int',
      default: 4,
      min: 1,
      max: 12,
      description: 'Blocks; the last sees 2 (kernel_size - 1) (2^num_levels - 1) steps back.',
    },
    dropout: {
      type: 'float',
      default: 0.1,
      min: 0,
      max: 0.95,
      description: 'Share of channels dropped while learning.',
    },
  },
  space: {
    num_filters: { type: 'int', low: 16, high: 128, log: true },
    num_levels: { type: 'int', low: 2, high: 6 },
    dropout: { type: 'float', low: 0, high: 0.5 },
  },
});
