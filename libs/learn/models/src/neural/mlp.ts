import { defineNetwork } from './define-network.js';
import { dropout } from './graph/activations.js';
import { reshape, transpose } from './graph/layout.js';
import { type Activation, dense } from './layers/dense.js';
import type { Architecture, NeuralParams } from './neural-model.js';
import { hiddenParameters } from './parameters.js';

interface MlpParams extends NeuralParams {
  readonly hidden_layer_sizes: readonly number[];
  readonly activation: Exclude<Activation, 'linear'>;
  readonly dropout: number;
}

export const mlpArchitecture: Architecture<MlpParams> = {
  name: 'mlp',
  network:
    ({ hidden_layer_sizes, activation, dropout: rate }, { steps, features, outputs }) =>
    (builder, x) => {
      const { graph, batch, seed } = builder;
      const rows = transpose(graph, reshape(graph, x, [steps, batch, features]), [1, 0, 2]);
      let h = steps === 1 ? x : reshape(graph, rows, [batch, steps * features]);
      hidden_layer_sizes.forEach((units, i) => {
        h = dense(builder, `dense${i}`, h, units, activation);
        if (seed) h = dropout(graph, h, rate, seed);
      });
      return dense(builder, 'output', h, outputs, 'linear');
    },
};

/** A multilayer perceptron; names and defaults of scikit-learn's MLPClassifier where it has them. */
export const mlp = defineNetwork(mlpArchitecture, {
  params: {
    hidden_layer_sizes: {
      type: 'array',
      items: 'int',
      default: [100],
      min: 1,
      description: 'Units of each hidden layer.',
    },
    ...hiddenParameters,
  },
  space: {
    dropout: { type: 'float', low: 0, high: 0.5 },
    activation: { type: 'categorical', choices: ['relu', 'tanh'] },
  },
});
