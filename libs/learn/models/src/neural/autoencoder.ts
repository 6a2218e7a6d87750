import { defineModel } from '../definition.js';
import { dropout } from './graph/activations.js';
import { mean, multiply, subtract } from './graph/arithmetic.js';
import type { Value } from './graph/graph.js';
import { reshape, transpose } from './graph/layout.js';
import { type Activation, dense } from './layers/dense.js';
import type { Builder, NetworkShape } from './layers/network.js';
import { type Architecture, NeuralModel, type NeuralParams } from './neural-model.js';
import { hiddenParameters, trainingParameters, trainingSpace } from './parameters.js';

interface AutoencoderParams extends NeuralParams {
  readonly hidden_layer_sizes: readonly number[];
  readonly activation: Exclude<Activation, 'linear'>;
  readonly dropout: number;
  readonly contamination: number;
}

/** The rows of a batch, `batch x (steps * features)`, from time-major ones. */
function rowsOf({ graph, batch }: Builder, x: Value, { steps, features }: NetworkShape): Value {
  if (steps === 1) return x;
  const rows = transpose(graph, reshape(graph, x, [steps, batch, features]), [1, 0, 2]);
  return reshape(graph, rows, [batch, steps * features]);
}

/** Through ever fewer units to the code and back. */
function reconstruct(builder: Builder, rows: Value, params: AutoencoderParams): Value {
  const { hidden_layer_sizes: sizes, activation, dropout: rate } = params;
  let h = rows;
  [...sizes, ...sizes.slice(0, -1).reverse()].forEach((units, i) => {
    h = dense(builder, i < sizes.length ? `encoder${i}` : `decoder${i - sizes.length}`, h, units, activation);
    if (builder.seed) h = dropout(builder.graph, h, rate, builder.seed);
  });
  return dense(builder, 'output', h, rows.shape[1]!, 'linear');
}

/**
 * Rows squeezed through a narrow layer and made again (Hinton and Salakhutdinov 2006): the mean squared error, which is what is
 * minimised, tells how odd a row is. The network's one output is that error.
 */
export const autoencoderArchitecture: Architecture<AutoencoderParams> = {
  name: 'autoencoder',
  network: (params, shape) => (builder, x) => {
    const { graph } = builder;
    const rows = rowsOf(builder, x, shape);
    const error = subtract(graph, reconstruct(builder, rows, params), rows);
    return mean(graph, multiply(graph, error, error), [1], true);
  },
  reconstruction: (params, shape) => (builder, x) => reconstruct(builder, rowsOf(builder, x, shape), params),
};

// Padded steps would be made again too well, and shorter windows seem less odd: all windows are whole.
const { class_weight: _classes, min_seq_len: _padding, ...training } = trainingParameters;

/** Finds anomalies without a target: rows, or windows of rows, that it cannot make again. */
export const autoencoder = defineModel<AutoencoderParams>({
  name: 'autoencoder',
  family: 'neural',
  input: '3d',
  tasks: ['anomaly'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  onRequest: true,
  params: {
    hidden_layer_sizes: {
      type: 'array',
      items: 'int',
      default: [32, 8],
      min: 1,
      description: 'Units of each layer down to the code; the way back has the same in the opposite order.',
    },
    ...hiddenParameters,
    contamination: {
      type: 'float',
      default: 0.1,
      min: 0,
      max: 0.5,
      description: 'Share of the training rows taken for anomalies: what the threshold of the score follows from.',
    },
    ...training,
  },
  space: { activation: { type: 'categorical', choices: ['relu', 'tanh'] }, ...trainingSpace },
  create: (params, task) => new NeuralModel(autoencoderArchitecture, params, task),
  load: (artifact) => NeuralModel.load(autoencoderArchitecture, artifact),
});
