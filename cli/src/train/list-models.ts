import { listModels } from '@trainyard/models';
import { printRows } from '../print.js';

/** The models that `--model` may name, with their parameters in JSON. */
export function printModels(asJson: boolean): void {
  const models = listModels();
  if (asJson) {
    const shown = models.map(({ name, family, tasks, params, space }) => ({ name, family, tasks, params, space }));
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    return;
  }
  printRows(
    models.map(({ name, family, tasks, params }) => ({
      name,
      family,
      tasks: tasks.join(' '),
      params: Object.keys(params).join(' '),
    })),
  );
}
