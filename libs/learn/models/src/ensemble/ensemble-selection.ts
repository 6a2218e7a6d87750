import type { SupervisedTask, Task } from '@trainyard/data';
import { defineModel } from '../definition.js';
import { Ensemble, type Strategy } from './ensemble.js';
import { greedySelection } from './greedy-selection.js';
import type { Member } from './member.js';
import { DEFAULT_ESTIMATORS, membersOf } from './members.js';
import { foldsOf, outOfFold } from './out-of-fold.js';
import { ESTIMATORS, FOLDS, SHUFFLE } from './parameters.js';

interface EnsembleSelectionParams extends Readonly<Record<string, unknown>> {
  readonly estimators: readonly string[] | null;
  readonly n_rounds: number;
  readonly cv: number;
  readonly shuffle: boolean;
}

/** A weighted mean whose weights greedy selection finds on out-of-fold predictions (Caruana et al., 2004). */
function strategyOf(given: Readonly<Record<string, unknown>>, task: Task): Strategy {
  const params = given as EnsembleSelectionParams;
  const specs = membersOf(params, params.estimators ?? DEFAULT_ESTIMATORS[task as SupervisedTask], task);
  return {
    fits: specs.length * (params.cv + 1),
    fit: async (run) => {
      const folds = foldsOf(run.train, params.cv, params.shuffle, run.options.seed);
      const said = await outOfFold(run, specs, folds);
      const weights = greedySelection(said, run.train, params.n_rounds);
      const members: Member[] = [];
      for (const [m, spec] of specs.entries()) if (weights[m]! > 0) members.push(await run.fit(spec));
      return { members, combination: { kind: 'mean', weights: weights.filter((weight) => weight > 0) } };
    },
  };
}

export const ensembleSelection = defineModel<Readonly<Record<string, unknown>>>({
  name: 'ensemble_selection',
  family: 'ensemble',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  hasMembers: true,
  onRequest: true,
  params: {
    estimators: ESTIMATORS,
    n_rounds: {
      type: 'int',
      default: 50,
      min: 1,
      max: 10_000,
      aliases: ['ensemble_size', 'n_iterations'],
      description: 'Members added to the mean, one at a time, with replacement; the best mean met is kept.',
    },
    cv: FOLDS,
    shuffle: SHUFFLE,
  },
  space: { n_rounds: { type: 'int', low: 10, high: 200, log: true } },
  create: (params, task) => new Ensemble(params, task, strategyOf(params, task)),
  load: (artifact) => Ensemble.load(artifact, strategyOf),
});
