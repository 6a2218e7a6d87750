import { readFile } from 'node:fs/promises';
import { readTable } from '@trainyard/data';
import { serveTasks } from '@trainyard/flow';
import { Predictor } from '@trainyard/workflow';
import type { BatchTask } from './executor.js';
import { OUTPUT_FORMATS, writePredictions } from './output.js';

/** The body of a batch worker process: one file in, one file of predictions out. */
serveTasks(async ({ model, input, inputName, inputFormat, output, outputFormat }: BatchTask, { signal }) => {
  const format = OUTPUT_FORMATS.find((known) => known === outputFormat);
  if (!format) {
    const message = `output.format "${outputFormat}" is not supported yet; use ${OUTPUT_FORMATS.join(' or ')}`;
    throw Object.assign(new Error(message), { code: 'OPTION_UNSUPPORTED' });
  }
  const predictor = Predictor.from(await readFile(model));
  const table = await readTable(input, { name: inputName, format: inputFormat as never, signal });
  await writePredictions(output, format, predictor.predictTable(table));
  return { rows: table.rows };
});
