import { defineNetwork } from './define-network.js';
import { dropout, relu } from './graph/activations.js';
import { add, multiply } from './graph/arithmetic.js';
import type { Value } from './graph/graph.js';
import { alternateSteps, causalConvolution } from './layers/causal-convolution.js';
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
 *
 * Of a block's outputs the blocks above see every other one alone, because their dilation is twice as wide and only the last step is
 * asked for. The others are never computed; what is left are neighbours, so that each block's convolutions have no gaps.
 */
export const tcnArchitecture: Architecture<TcnParams> = {
  name: 'tcn',
  network:
    (params, { steps, outputs }) =>
    (builder, x) => {
      const { graph, seed, batch } = builder;
      const { num_filters: filters, kernel_size: width, dropout: rate } = params;
      // Before the first step there are zeros, and so there must be at padding, before each convolution.
      const real = (value: Value, mask: Value | undefined) => (mask ? multiply(graph, value, mask) : value);
      let mask = builder.mask;
      let h = x;
      let left = steps;
      for (let level = 0; level < params.num_levels; level++) {
        const options = { steps: left, filters, width };
        const drop = (value: Value) => (seed ? dropout(graph, value, rate, seed) : value);
        const first = drop(real(causalConvolution(builder, `level${level}/a`, h, { ...options, stride: 1 }), mask));
        const inner = drop(causalConvolution(builder, `level${level}/b`, first, { ...options, stride: 2 }));
        const kept = alternateSteps(graph, h, left, batch);
        const skipped = h.shape[1] === filters ? kept : dense(builder, `level${level}/skip`, kept, filters, 'linear');
        mask = mask && alternateSteps(graph, mask, left, batch);
        h = real(relu(graph, add(graph, inner, skipped)), mask);
        left = Math.ceil(left / 2);
      }
      return dense(builder, 'output', stepOf(graph, h, left, left - 1), outputs, 'linear');
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
