import { defineModel } from '../definition.js';
import { ForestModel } from './forest-model.js';
import { EXTRA_TREES_PARAMETERS, FOREST_SPACE, type ForestParams, RANDOM_FOREST_PARAMETERS } from './parameters.js';

const SHARED = {
  family: 'forest',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  space: FOREST_SPACE,
  load: ForestModel.load,
} as const;

export const randomForest = defineModel<ForestParams>({
  ...SHARED,
  name: 'random_forest',
  params: RANDOM_FOREST_PARAMETERS,
  create: (params, task) => new ForestModel('random_forest', params, task),
});

export const extraTrees = defineModel<ForestParams>({
  ...SHARED,
  name: 'extra_trees',
  params: EXTRA_TREES_PARAMETERS,
  create: (params, task) => new ForestModel('extra_trees', params, task),
});
