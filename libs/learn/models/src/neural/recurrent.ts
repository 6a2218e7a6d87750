import type { ParameterSchema, SearchSpace } from '../model.js';
import { defineNetwork } from './define-network.js';
import { dropout } from './graph/activations.js';
import { multiply } from './graph/arithmetic.js';
import type { Graph, Value } from './graph/graph.js';
import { concat, reshape, slice } from './graph/layout.js';
import { dense } from './layers/dense.js';
import { gru } from './layers/gru.js';
import { inHalves } from './layers/halves.js';
import { lstm } from './layers/lstm.js';
import type { Builder } from './layers/network.js';
import { firstStep, withPaddingColumn, withPaddingRow } from './layers/padding.js';
import { simpleRnn } from './layers/simple-rnn.js';
import type { Architecture, NeuralParams } from './neural-model.js';

interface RecurrentParams extends NeuralParams {
  readonly hidden_size: number;
  readonly num_layers: number;
  readonly dropout: number;
  readonly bidirectional: boolean;
}

/** One layer, in one direction: all steps, or with `last` the last one. */
type Layer = (
  builder: Pick<Builder, 'graph' | 'weight' | 'mask'>,
  name: string,
  x: Value,
  units: number,
  steps: number,
  last: boolean,
) => Value;

const lstmLayer: Layer = (builder, name, x, units, steps, last) => {
  const weights = {
    kernel: builder.weight(`${name}/kernel`, [x.shape[1]!, 4 * units], 'glorot'),
    recurrent: builder.weight(`${name}/recurrent`, [units, 4 * units], 'orthogonal'),
    bias: builder.weight(`${name}/bias`, [4 * units], 'forget'),
  };
  const { graph, mask } = builder;
  const run = (given: Value, own: typeof weights) =>
    inHalves(graph, given, steps, last, (part) => lstm(graph, part, own, steps, last));
  if (mask === undefined) return run(x, weights);
  // At padding nothing is let in: what is remembered stays 0, and so does the output.
  const kernel = withPaddingRow(graph, weights.kernel, { at: 0, units, open: -1 });
  return run(withPaddingColumn(graph, x, mask), { ...weights, kernel });
};

const gruLayer: Layer = (builder, name, x, units, steps, last) => {
  const inputs = x.shape[1]!;
  const weights = {
    gateKernel: builder.weight(`${name}/gate_kernel`, [inputs, 2 * units], 'glorot', 3 * units),
    gateRecurrent: builder.weight(`${name}/gate_recurrent`, [units, 2 * units], 'orthogonal', 3 * units),
    gateBias: builder.weight(`${name}/gate_bias`, [2 * units], 'zeros'),
    kernel: builder.weight(`${name}/kernel`, [inputs, units], 'glorot', 3 * units),
    recurrent: builder.weight(`${name}/recurrent`, [units, units], 'orthogonal', 3 * units),
    bias: builder.weight(`${name}/bias`, [units], 'zeros'),
  };
  const { graph, mask } = builder;
  const run = (given: Value, own: typeof weights) =>
    inHalves(graph, given, steps, last, (part) => gru(graph, part, own, steps, last));
  if (mask === undefined) return run(x, weights);
  // At padding all of what was remembered is kept: the nothing of the start.
  const gateKernel = withPaddingRow(graph, weights.gateKernel, { at: 1, units, open: 1 });
  const kernel = withPaddingRow(graph, weights.kernel);
  return run(withPaddingColumn(graph, x, mask), { ...weights, gateKernel, kernel });
};

const rnnLayer: Layer = (builder, name, x, units, steps, last) => {
  const weights = {
    kernel: builder.weight(`${name}/kernel`, [x.shape[1]!, units], 'glorot'),
    recurrent: builder.weight(`${name}/recurrent`, [units, units], 'orthogonal'),
    bias: builder.weight(`${name}/bias`, [units], 'zeros'),
  };
  return simpleRnn(builder.graph, x, weights, steps, last, builder.mask);
};

/** The steps of time-major rows in the opposite order. */
function reversed(graph: Graph, x: Value, steps: number): Value {
  const [rows, width] = x.shape as [number, number];
  const sequence = reshape(graph, x, [steps, rows / steps, width]);
  const parts = Array.from({ length: steps }, (_, t) => slice(graph, sequence, 0, steps - 1 - t, 1));
  return reshape(graph, concat(graph, parts, 0), [rows, width]);
}

/**
 * A layer that reads the steps from the last to the first. Padding comes last that way and changes nothing before it: it is left out
 * of the outputs, and the last step it reads is the first that is no padding.
 */
function backward(layer: Layer, builder: Builder, name: string, x: Value, units: number, steps: number, last: boolean) {
  const { graph, weight, mask } = builder;
  const all = layer({ graph, weight }, name, reversed(graph, x, steps), units, steps, last && mask === undefined);
  if (mask === undefined) return last ? all : reversed(graph, all, steps);
  const back = reversed(graph, all, steps);
  return last ? firstStep(graph, back, mask, steps) : multiply(graph, back, mask);
}

/** Layers on top of each other, the last step's output of the uppermost into a dense layer. */
function recurrentNetwork(name: string, layer: Layer): Architecture<RecurrentParams> {
  return {
    name,
    network:
      ({ hidden_size: units, num_layers, dropout: rate, bidirectional }, { steps, outputs }) =>
      (builder, x) => {
        const { graph, seed } = builder;
        let h = x;
        for (let i = 0; i < num_layers; i++) {
          const last = i === num_layers - 1;
          const forward = layer(builder, `${name}${i}`, h, units, steps, last);
          if (bidirectional) {
            const back = backward(layer, builder, `${name}${i}_reverse`, h, units, steps, last);
            h = concat(graph, [forward, back], 1);
          } else h = forward;
          if (seed) h = dropout(graph, h, rate, seed);
        }
        return dense(builder, 'output', h, outputs, 'linear');
      },
  };
}

const recurrentParameters: ParameterSchema = {
  hidden_size: {
    type: 'int',
    default: 64,
    min: 1,
    description: 'Units of a layer, in each direction.',
    aliases: ['units', 'hidden_units'],
  },
  num_layers: { type: 'int', default: 1, min: 1, max: 16, description: 'Layers on top of each other.' },
  dropout: {
    type: 'float',
    default: 0,
    min: 0,
    max: 0.95,
    description: 'Share of the outputs of each layer dropped while learning.',
  },
  bidirectional: {
    type: 'boolean',
    default: false,
    description: 'Whether each layer also reads the steps from the last to the first.',
  },
};

const recurrentSpace: SearchSpace = {
  hidden_size: { type: 'int', low: 16, high: 256, log: true },
  num_layers: { type: 'int', low: 1, high: 3 },
  dropout: { type: 'float', low: 0, high: 0.5 },
};

const settings = { params: recurrentParameters, space: recurrentSpace };

export const lstmArchitecture = recurrentNetwork('lstm', lstmLayer);
export const gruArchitecture = recurrentNetwork('gru', gruLayer);
export const rnnArchitecture = recurrentNetwork('rnn', rnnLayer);

export const lstmModel = defineNetwork(lstmArchitecture, settings);
export const gruModel = defineNetwork(gruArchitecture, settings);
export const rnnModel = defineNetwork(rnnArchitecture, settings);
