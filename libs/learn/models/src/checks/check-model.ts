import { describe } from 'node:test';
import type { Task } from '@trainyard/data';
import type { ModelDefinition } from '../model.js';
import { checkControl } from './check-control.js';
import { checkOddData } from './check-odd-data.js';
import { checkParameters } from './check-parameters.js';
import { checkPredictions } from './check-predictions.js';
import { checkCheckpoint, checkRepeatability } from './check-repeatability.js';

export interface CheckOptions {
  /** Parameters that keep the fits of the suite short. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** A model that answers the same for every row need not learn. */
  readonly learns?: boolean;
  /** An ensemble leaves early stopping to its members. */
  readonly stopsEarly?: boolean;
  /** A library that knows no weights leaves rows of weight 0 out and refuses all other differences. */
  readonly takesWeights?: boolean;
  /** Those of its tasks that are run; all by default. */
  readonly tasks?: readonly Task[];
}

/** Registers, with node:test, the behaviour that every model must show, for each of its tasks. */
export function checkModel(
  definition: ModelDefinition,
  { params = {}, learns = true, stopsEarly = true, takesWeights = true, tasks = definition.tasks }: CheckOptions = {},
): void {
  const subject = { definition, params, learns, stopsEarly, takesWeights };
  describe(`every model: ${definition.name}`, () => {
    checkParameters(subject);
    for (const task of tasks) {
      describe(task, () => {
        checkPredictions(subject, task);
        checkRepeatability(subject, task);
        checkControl(subject, task);
        checkCheckpoint(subject, task);
        checkOddData(subject, task);
      });
    }
  });
}
