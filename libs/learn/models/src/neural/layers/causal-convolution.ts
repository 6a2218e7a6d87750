import { relu } from '../graph/activations.js';
import { add, addBias, matMul } from '../graph/arithmetic.js';
import type { Graph, Value } from '../graph/graph.js';
import { pad, reshape, slice } from '../graph/layout.js';
import type { Builder } from './network.js';
import { stepsOf } from './steps.js';

export interface ConvolutionOptions {
  readonly steps: number;
  readonly filters: number;
  readonly width: number;
  /** 1: an output for each step. 2: for the last one and every other before it, ceil(steps / 2) in all. */
  readonly stride: 1 | 2;
}

/**
 * A causal convolution over time, then relu: output t sees the inputs t, t - 1, ..., never a later one. `x` is time-major
 * `(steps * batch) x channels`, in which an earlier step is the same rows further up: each tap of the filter is one product with a
 * part of the padded input that is not even copied.
 */
export function causalConvolution(builder: Builder, name: string, x: Value, options: ConvolutionOptions): Value {
  const { graph, batch } = builder;
  const { steps, filters, width, stride } = options;
  const channels = x.shape[1]!;
  const bias = builder.weight(`${name}/bias`, [filters], 'zeros');
  // The taps lie below each other in one kernel. Not the wider start for relu: residual blocks would add up to outputs far from 0.
  const kernels = builder.weight(`${name}/kernel`, [width * channels, filters], 'glorot', width * filters);
  const inputs = stride === 1 ? everyStep(graph, x, steps, batch, width) : everyOther(graph, x, steps, batch, width);
  let y: Value | undefined;
  for (let tap = 0; tap < width; tap++) {
    const kernel = slice(graph, kernels, 0, tap * channels, channels);
    const product = matMul(graph, inputs(tap), kernel);
    y = y === undefined ? product : add(graph, y, product);
  }
  return relu(graph, addBias(graph, y!, bias));
}

/** The last step and every other before it, of time-major rows. */
export function alternateSteps(graph: Graph, x: Value, steps: number, batch: number): Value {
  return everyOther(graph, x, steps, batch, 1)(0);
}

/** What each tap of a filter sees. */
type Taps = (tap: number) => Value;

function everyStep(graph: Graph, x: Value, steps: number, batch: number, width: number): Taps {
  const padded = padSteps(graph, x, steps, batch, width - 1);
  return (tap) => stepsOf(graph, padded, width - 1 + steps, tap, tap + steps);
}

/** The steps of even and of odd places are copied apart, so that what a tap sees is one part of either. */
function everyOther(graph: Graph, x: Value, steps: number, batch: number, width: number): Taps {
  const kept = Math.ceil(steps / 2);
  const before = width - 1 + ((width - 1 + steps) % 2);
  const pairs = (before + steps) / 2;
  const padded = padSteps(graph, x, steps, batch, before);
  const inPairs = reshape(graph, padded, [pairs, 2, batch * x.shape[1]!]);
  const halves = [0, 1].map((place) =>
    width === 1 && place === 0
      ? undefined
      : reshape(graph, slice(graph, inPairs, 1, place, 1), [pairs * batch, x.shape[1]!]),
  );
  return (tap) => {
    // The last output sees the last step with the last tap, which is the last place of all.
    const first = before + steps - 1 - (width - 1 - tap) - 2 * (kept - 1);
    const from = Math.floor(first / 2);
    return stepsOf(graph, halves[first % 2]!, pairs, from, from + kept);
  };
}

function padSteps(graph: Graph, x: Value, steps: number, batch: number, before: number): Value {
  const sequence = reshape(graph, x, [steps, batch, x.shape[1]!]);
  return reshape(graph, pad(graph, sequence, 0, before, 0), [(before + steps) * batch, x.shape[1]!]);
}
