import { relu } from '../graph/activations.js';
import { add, addBias, matMul } from '../graph/arithmetic.js';
import type { Value } from '../graph/graph.js';
import { pad, reshape, slice } from '../graph/layout.js';
import type { Builder } from './network.js';
import { stepsOf } from './steps.js';

export interface ConvolutionOptions {
  readonly steps: number;
  readonly filters: number;
  readonly width: number;
  readonly dilation: number;
}

/**
 * A causal dilated convolution over time, then relu: output t sees the inputs t, t - dilation, ..., never a later one. `x` is
 * time-major `(steps * batch) x channels`, in which an earlier step is the same rows further up: each tap of the filter is one
 * product with a part of the padded input that is not even copied.
 */
export function causalConvolution(builder: Builder, name: string, x: Value, options: ConvolutionOptions): Value {
  const { graph, batch } = builder;
  const { steps, filters, width, dilation } = options;
  const channels = x.shape[1]!;
  const before = (width - 1) * dilation;
  const bias = builder.weight(`${name}/bias`, [filters], 'zeros');
  const padded = reshape(graph, pad(graph, reshape(graph, x, [steps, batch, channels]), 0, before, 0), [
    (before + steps) * batch,
    channels,
  ]);
  // The taps lie below each other in one kernel: `he` goes by all of a filter's inputs.
  const kernels = builder.weight(`${name}/kernel`, [width * channels, filters], 'he');
  let y: Value | undefined;
  for (let tap = 0; tap < width; tap++) {
    const kernel = slice(graph, kernels, 0, tap * channels, channels);
    const seen = stepsOf(graph, padded, before + steps, tap * dilation, tap * dilation + steps);
    const product = matMul(graph, seen, kernel);
    y = y === undefined ? product : add(graph, y, product);
  }
  return relu(graph, addBias(graph, y!, bias));
}
