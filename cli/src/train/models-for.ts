import { detectTask, type Table, type Task } from '@trainyard/data';
import { listModels } from '@trainyard/models';
import type { TrainRequest } from '@trainyard/workflow';
import { UsageError } from '../failure.js';

/** The names of the models that a request asks for; `all` is each one that does the task and can take any data. */
export function modelsFor(request: TrainRequest, table: Table): readonly string[] {
  const asked = request.model ?? 'auto';
  if (asked !== 'all') return typeof asked === 'string' ? [asked] : asked;
  const task = request.task && request.task !== 'auto' ? request.task : detected(request, table);
  const names = listModels()
    .filter((model) => !model.onRequest && (task === undefined || model.tasks.includes(task as Task)))
    .map((model) => model.name);
  if (names.length === 0) throw new UsageError(`No model does the task "${task}".`);
  return names;
}

/** Undefined when there is no such column: each training then says so with near names. */
function detected({ dataset }: TrainRequest, table: Table): Task | undefined {
  const target = table.columns.find((column) => column.name === dataset.target);
  return target && detectTask(target).task;
}
