import { defineModel } from '../definition.js';
import type { ModelDefinition, ParameterSchema, SearchSpace } from '../model.js';
import { type Architecture, NeuralModel, type NeuralParams } from './neural-model.js';
import { headParameters, trainingParameters, trainingSpace } from './parameters.js';

/** The definition of a network: its own parameters and those of the training loop. */
export function defineNetwork<Params extends NeuralParams>(
  architecture: Architecture<Params>,
  { params, space, input = '3d' }: { params: ParameterSchema; space: SearchSpace; input?: ModelDefinition['input'] },
): ModelDefinition {
  return defineModel<Params>({
    name: architecture.name,
    family: 'neural',
    input,
    tasks: ['binary', 'multiclass', 'regression', 'forecast'],
    multiOutput: true,
    preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
    params: { ...params, ...headParameters, ...trainingParameters },
    onRequest: true,
    space: { ...space, ...trainingSpace },
    create: (given, task) => {
      architecture.check?.(given);
      return new NeuralModel(architecture, given, task);
    },
    load: (artifact) => NeuralModel.load(architecture, artifact),
  });
}
