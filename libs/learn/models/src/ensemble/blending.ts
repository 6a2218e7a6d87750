import { allRows, holdoutSplit, type Split, type SupervisedTask, stratifiedSplit, type Task } from '@trainyard/data';
import { defineModel } from '../definition.js';
import { takeDatasetRows } from '../take-rows.js';
import { Ensemble, type Strategy } from './ensemble.js';
import type { EnsembleRun } from './ensemble-run.js';
import { FINAL, finalSpec, fitFinal } from './final-estimator.js';
import type { Member } from './member.js';
import { DEFAULT_ESTIMATORS, membersOf } from './members.js';
import { ESTIMATORS, FINAL_ESTIMATOR, PASSTHROUGH, SHUFFLE } from './parameters.js';
import { stackPredictions } from './stack-predictions.js';

interface BlendingParams extends Readonly<Record<string, unknown>> {
  readonly estimators: readonly string[] | null;
  readonly holdout: number;
  readonly shuffle: boolean;
  readonly passthrough: boolean;
}

/**
 * Blending (Toscher, Jahrer and Bell, 2009): members are fitted on most rows, the final estimator on what they say of the rest. One fit
 * a member instead of stacking's one a fold; neither learns from all rows.
 */
function strategyOf(given: Readonly<Record<string, unknown>>, task: Task): Strategy {
  const params = given as BlendingParams;
  const specs = membersOf(params, params.estimators ?? DEFAULT_ESTIMATORS[task as SupervisedTask], task, [FINAL]);
  const final = finalSpec(params, task);
  return {
    fits: specs.length + 1,
    fit: async (run) => {
      const { train, test } = splitOf(run, params);
      const members: Member[] = [];
      const fitRows = takeDatasetRows(run.train, train);
      for (const spec of specs) members.push(await run.fit(spec, fitRows));
      const held = takeDatasetRows(run.train, test);
      const said = members.map((member) => stackPredictions(member.predict(held.x)));
      return fitFinal(run, final, members, said, held, params.passthrough);
    },
  };
}

/** At random, with the same shares of classes; or the last rows held out. */
function splitOf({ train, options }: EnsembleRun, { holdout, shuffle }: BlendingParams): Split {
  const rows = allRows(train.y.length);
  const how = { testSize: holdout, seed: options.seed, shuffle };
  return shuffle && train.task !== 'regression' ? stratifiedSplit(rows, train.y, how) : holdoutSplit(rows, how);
}

export const blending = defineModel<Readonly<Record<string, unknown>>>({
  name: 'blending',
  family: 'ensemble',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  hasMembers: true,
  onRequest: true,
  params: {
    estimators: ESTIMATORS,
    final_estimator: FINAL_ESTIMATOR,
    holdout: {
      type: 'float',
      default: 0.2,
      min: 0.01,
      max: 0.9,
      aliases: ['holdout_fraction', 'blend_size'],
      description: 'Share of the rows that the final estimator learns from.',
    },
    shuffle: SHUFFLE,
    passthrough: PASSTHROUGH,
  },
  space: { holdout: { type: 'float', low: 0.1, high: 0.4 } },
  create: (params, task) => new Ensemble(params, task, strategyOf(params, task)),
  load: (artifact) => Ensemble.load(artifact, strategyOf),
});
