import { LearnError, type SupervisedTask, type Task } from '@trainyard/data';
import { defineModel } from '../definition.js';
import { Ensemble, type Strategy } from './ensemble.js';
import type { Member } from './member.js';
import { DEFAULT_ESTIMATORS, membersOf } from './members.js';
import { ESTIMATORS } from './parameters.js';

interface VotingParams extends Readonly<Record<string, unknown>> {
  readonly estimators: readonly string[] | null;
  readonly voting: 'soft' | 'hard';
  readonly weights: readonly number[] | null;
}

/** Members are fitted on all rows, each by itself, and vote (scikit-learn's VotingClassifier and VotingRegressor). */
function strategyOf(given: Readonly<Record<string, unknown>>, task: Task): Strategy {
  const params = given as VotingParams;
  const specs = membersOf(params, params.estimators ?? DEFAULT_ESTIMATORS[task as SupervisedTask], task);
  const weights = Float64Array.from(params.weights ?? specs.map(() => 1));
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (weights.length !== specs.length || !(total > 0)) {
    const words = `params.weights must be ${specs.length} numbers, one a member, of which one or more is above 0.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.weights' });
  }
  if (params.voting === 'hard' && task === 'regression') {
    const words = 'params.voting is "hard", but values cannot be voted for: leave it out for regression.';
    throw new LearnError('PARAMETER_INVALID', words, { field: 'params.voting' });
  }
  const kind = params.voting === 'hard' ? 'votes' : 'mean';
  return {
    fits: specs.length,
    fit: async (run) => {
      const members: Member[] = [];
      for (const spec of specs) members.push(await run.fit(spec));
      return { members, combination: { kind, weights: weights.map((w) => w / total) } };
    },
  };
}

export const voting = defineModel<Readonly<Record<string, unknown>>>({
  name: 'voting',
  family: 'ensemble',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'ordinal', acceptsMissing: true, scaling: 'none' },
  hasMembers: true,
  onRequest: true,
  params: {
    estimators: ESTIMATORS,
    voting: {
      type: 'enum',
      values: ['soft', 'hard'],
      default: 'soft',
      description:
        'soft: the mean of class probabilities (of values, for regression); hard: the class with most votes.',
    },
    weights: {
      type: 'array',
      items: 'float',
      default: null,
      nullable: true,
      min: 0,
      description: 'Weight of each member, in the order of estimators; null for equal ones.',
    },
  },
  space: { voting: { type: 'categorical', choices: ['soft', 'hard'] } },
  create: (params, task) => new Ensemble(params, task, strategyOf(params, task)),
  load: (artifact) => Ensemble.load(artifact, strategyOf),
});
