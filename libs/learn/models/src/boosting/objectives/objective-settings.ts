import { LearnError, type SupervisedTask, type Task } from '@trainyard/data';

/** What is minimised for numeric targets; classes have their log loss. */
const REGRESSION_OBJECTIVES = [
  ...['squared', 'absolute', 'huber', 'pseudoHuber', 'quantile', 'poisson', 'gamma', 'tweedie'],
] as const;
export type ObjectiveName =
  | 'squared'
  | 'absolute'
  | 'huber'
  | 'pseudoHuber'
  | 'quantile'
  | 'poisson'
  | 'gamma'
  | 'tweedie'
  | 'logistic'
  | 'softmax';

/** An objective and its numbers. */
export interface ObjectiveSettings {
  /** null: the task's own. */
  readonly name: ObjectiveName | null;
  /** quantile: share of targets below the prediction. */
  readonly quantile: number;
  /** huber and pseudoHuber: the error at which the loss turns from a square to a line. */
  readonly huber: number;
  /** tweedie: power of the variance, in (1, 2). */
  readonly tweediePower: number;
  /** poisson: the hessian is exp(score + this). */
  readonly poissonStep: number;
  /** softmax: factor of the hessian p (1 - p) for k classes. */
  readonly softmaxFactor: (classes: number) => number;
  /** The place of a quantile q among n values: q (n - 1), or q (n + 1) - 1. */
  readonly interpolation: 'inclusive' | 'exclusive';
  /** Prediction before the first tree, as a value or probability; null: the best constant. */
  readonly baseScore: number | null;
}

const TASK_OBJECTIVES = { binary: ['logistic'], multiclass: ['softmax'], regression: REGRESSION_OBJECTIVES } as const;

/** The objective of the task. Throws PARAMETER_INVALID when it is for another task. */
export function objectiveNameFor(task: Task, name: ObjectiveName | null, said: string | null): ObjectiveName {
  const possible = TASK_OBJECTIVES[task as SupervisedTask] as readonly ObjectiveName[];
  if (name === null) return possible[0]!;
  if (possible.includes(name)) return name;
  throw new LearnError('PARAMETER_INVALID', `params.objective is "${said ?? name}", which is not for ${task} tasks.`, {
    field: 'params.objective',
  });
}
