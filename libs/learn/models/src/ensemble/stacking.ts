import type { SupervisedTask, Task } from '@trainyard/data';
import { defineModel } from '../definition.js';
import { Ensemble, type Strategy } from './ensemble.js';
import { FINAL, finalSpec, fitFinal } from './final-estimator.js';
import type { Member } from './member.js';
import { DEFAULT_ESTIMATORS, membersOf } from './members.js';
import { foldsOf, outOfFold } from './out-of-fold.js';
import { ESTIMATORS, FINAL_ESTIMATOR, FOLDS, PASSTHROUGH, SHUFFLE } from './parameters.js';

interface StackingParams extends Readonly<Record<string, unknown>> {
  readonly estimators: readonly string[] | null;
  readonly cv: number;
  readonly shuffle: boolean;
  readonly passthrough: boolean;
}

/**
 * Stacked generalisation (Wolpert, 1992), as scikit-learn's StackingClassifier and StackingRegressor: a final estimator learns from
 * the members' out-of-fold predictions; the members that then predict are fitted on all rows.
 */
function strategyOf(given: Readonly<Record<string, unknown>>, task: Task): Strategy {
  const params = given as StackingParams;
  const specs = membersOf(params, params.estimators ?? DEFAULT_ESTIMATORS[task as SupervisedTask], task, [FINAL]);
  const final = finalSpec(params, task);
  return {
    fits: specs.length * (params.cv + 1) + 1,
    fit: async (run) => {
      const folds = foldsOf(run.train, params.cv, params.shuffle, run.options.seed);
      const said = await outOfFold(run, specs, folds);
      const members: Member[] = [];
      for (const spec of specs) members.push(await run.fit(spec));
      return fitFinal(run, final, members, said, run.train, params.passthrough);
    },
  };
}

export const stacking = defineModel<Readonly<Record<string, unknown>>>({
  name: 'stacking',
  family: 'ensemble',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  hasMembers: true,
  onRequest: true,
  params: {
    ...{ estimators: ESTIMATORS, final_estimator: FINAL_ESTIMATOR, cv: FOLDS, shuffle: SHUFFLE },
    passthrough: PASSTHROUGH,
  },
  space: { passthrough: { type: 'categorical', choices: [true, false] } },
  create: (params, task) => new Ensemble(params, task, strategyOf(params, task)),
  load: (artifact) => Ensemble.load(artifact, strategyOf),
});
