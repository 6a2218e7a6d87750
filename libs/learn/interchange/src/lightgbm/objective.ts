import { LearnError, type Task } from '@trainyard/data';
import { invalid, unsupported } from '../invalid.js';
import type { Loss } from '../trees/tree.js';

/** LightGBM's objective line of a loss. */
export function objectiveText(loss: Loss, classes: number): string {
  switch (loss.name) {
    case 'logistic':
      return 'binary sigmoid:1';
    case 'softmax':
      return `multiclass num_class:${classes}`;
    case 'squared':
      return 'regression';
    case 'absolute':
      return 'regression_l1';
    case 'quantile':
      return `quantile alpha:${loss.parameter}`;
    case 'tweedie':
      return `tweedie tweedie_variance_power:${loss.parameter}`;
    case 'huber':
    case 'pseudoHuber':
      return 'huber';
    default:
      return loss.name;
  }
}

export interface ReadObjective {
  readonly task: Task;
  readonly loss: Loss;
  /** The scores are multiplied by this before they are squashed. */
  readonly sigmoid: number;
}

/** Names that predict the score as it is, and rank or custom losses, whose scores we give as values. */
const IDENTITY = new Set(['regression', 'regression_l2', 'fair', 'mape', 'lambdarank', 'rank_xendcg']);

/** Reads an objective line. Throws OPTION_UNSUPPORTED for one whose predictions our models cannot make. */
export function readObjective(text: string | undefined, task: Task | undefined): ReadObjective {
  if (text === undefined || text === '' || text === 'custom') return customObjective(task);
  const [name, ...rest] = text.split(' ');
  const options = new Map(rest.map((part) => part.split(':') as [string, string | undefined]));
  const number = (option: string, otherwise: number): number => {
    const value = Number(options.get(option) ?? otherwise);
    if (!Number.isFinite(value)) throw invalid('LightGBM', `its objective "${text}" has a wrong ${option}`);
    return value;
  };
  const regression = (loss: Loss): ReadObjective => ({ task: 'regression', loss, sigmoid: 1 });
  if (options.has('sqrt')) throw unsupported('LightGBM', 'was trained on square roots (reg_sqrt)');
  if (name === 'binary') return { task: 'binary', loss: { name: 'logistic' }, sigmoid: number('sigmoid', 1) };
  if (name === 'multiclass') return { task: 'multiclass', loss: { name: 'softmax' }, sigmoid: 1 };
  if (name === 'regression_l1') return regression({ name: 'absolute' });
  if (name === 'poisson' || name === 'gamma') return regression({ name });
  if (name === 'huber') return regression({ name, parameter: 0.9 });
  if (name === 'quantile') return regression({ name, parameter: number('alpha', 0.9) });
  if (name === 'tweedie') return regression({ name, parameter: number('tweedie_variance_power', 1.5) });
  if (IDENTITY.has(name!)) return regression({ name: 'squared' });
  throw unsupported('LightGBM', `has the objective "${name}"`);
}

function customObjective(task: Task | undefined): ReadObjective {
  if (task === undefined) {
    const words =
      'This LightGBM model has a loss of its own, so the file does not say what it predicts: give the task.';
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'task' });
  }
  const name = task === 'regression' ? 'squared' : task === 'binary' ? 'logistic' : 'softmax';
  return { task, loss: { name }, sigmoid: 1 };
}
