import { relu, tanh } from '../graph/activations.js';
import { addBias, matMul } from '../graph/arithmetic.js';
import type { Value } from '../graph/graph.js';
import type { Builder } from './network.js';

export type Activation = 'relu' | 'tanh' | 'linear';

/** `activation(x w + b)`: x is `rows x inputs`, the result `rows x units`. */
export function dense(builder: Builder, name: string, x: Value, units: number, activation: Activation): Value {
  const { graph } = builder;
  const w = builder.weight(`${name}/kernel`, [x.shape[1]!, units], activation === 'relu' ? 'he' : 'glorot');
  const b = builder.weight(`${name}/bias`, [units], 'zeros');
  const y = addBias(graph, matMul(graph, x, w), b);
  if (activation === 'relu') return relu(graph, y);
  return activation === 'tanh' ? tanh(graph, y) : y;
}
