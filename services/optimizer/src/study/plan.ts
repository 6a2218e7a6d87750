import type { TrainRequested } from '@trainyard/contracts';
import { isUnsupervised, LearnError, predictsValues, type Task } from '@trainyard/data';
import { onlyUnsupervised } from '@trainyard/models';
import { samplerFor } from '@trainyard/tuning';
import { canonicalMetric, defaultObjective, metricDirection, metricFor } from '@trainyard/validation';
import { modelsOf } from './models.js';
import type { Plan } from './state.js';

export const DEFAULT_TRIALS = 20;
export const MOST_TRIALS = 10_000;
const DEFAULT_PARALLELISM = 4;
const MOST_PARALLELISM = 256;
const TRIAL_TIMEOUT_MS = 60 * 60 * 1000;

/**
 * Settles what a request searches: models with their spaces, the objective, the budget. A list of models without a
 * search tries each with its defaults.
 *
 * @throws LearnError OPTION_UNSUPPORTED, MODEL_UNKNOWN, TASK_UNSUPPORTED, PARAMETER_UNKNOWN, PARAMETER_INVALID or
 * METRIC_UNKNOWN, each naming the field
 */
export function planOf(request: TrainRequested): Plan {
  const { search, seed } = request;
  const task = taskOf(request);
  const models = modelsOf(request, task);
  const strategy = search?.strategy || 'random';
  if (search?.pruner && search.pruner !== 'none') throw unsupported('search.pruner', search.pruner, 'Leave it out.');
  const sizes = models.map(({ space }) => samplerFor(strategy, space, seed).size ?? Number.POSITIVE_INFINITY);
  const timeout = search?.timeoutSeconds ?? null;
  if (timeout !== null && !(timeout > 0)) throw invalid('search.timeoutSeconds', timeout, 'a number above 0');
  return {
    ...objectiveOf(search?.objectives ?? [], task),
    models,
    strategy,
    seed,
    trials: search
      ? budgetOf(
          search.trials,
          strategy,
          models.map(({ space }) => Object.keys(space).length > 0),
          sizes,
        )
      : models.length,
    parallelism: within('search.parallelism', search?.parallelism ?? DEFAULT_PARALLELISM, MOST_PARALLELISM),
    timeoutMs: timeout === null ? null : timeout * 1000,
    trialTimeoutMs: TRIAL_TIMEOUT_MS,
  };
}

/** The task when the request says it; undefined when training will find it in the data. */
function taskOf({ task, model }: TrainRequested): Task | undefined {
  if (task === 'auto') return onlyUnsupervised(model);
  if (task === 'binary' || task === 'multiclass' || predictsValues(task) || isUnsupervised(task)) return task as Task;
  throw new LearnError(
    'TASK_UNSUPPORTED',
    `A search cannot do the task "${task}"; use binary, multiclass, regression, forecast, clustering or anomaly.`,
    {
      field: 'task',
    },
  );
}

function objectiveOf(objectives: readonly string[], task: Task | undefined): Pick<Plan, 'objective' | 'direction'> {
  const field = 'search.objectives';
  if (objectives.length > 1) throw unsupported(field, objectives.join(', '), 'Give one metric.');
  const [given] = objectives;
  if (given === undefined && !task) return { objective: 'auto', direction: 'minimize' };
  if (given === undefined) return withDirection(defaultObjective(task as Task));
  return withDirection(task ? metricFor(task, given, `${field}[0]`) : canonicalMetric(given, `${field}[0]`));
}

function withDirection(objective: string): Pick<Plan, 'objective' | 'direction'> {
  return { objective, direction: metricDirection(objective) };
}

/** No more trials than there are different ones: a grid ends, and a model with nothing to search has one. */
function budgetOf(trials: number, strategy: string, searchable: readonly boolean[], sizes: readonly number[]): number {
  const asked = within('search.trials', trials, MOST_TRIALS);
  if (strategy === 'grid')
    return Math.min(
      asked,
      sizes.reduce((sum, size) => sum + size, 0),
    );
  return searchable.includes(true) ? asked : Math.min(asked, sizes.length);
}

function within(field: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw invalid(field, value, `a whole number from 1 to ${most}`);
  return value;
}

function invalid(field: string, value: number, must: string): LearnError {
  return new LearnError('PARAMETER_INVALID', `${field} is ${value}, but must be ${must}.`, { field });
}

function unsupported(field: string, value: string, advice: string): LearnError {
  return new LearnError('OPTION_UNSUPPORTED', `${field} "${value}" is not supported. ${advice}`, { field });
}
