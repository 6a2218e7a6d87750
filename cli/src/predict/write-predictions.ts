import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type TablePredictions, type ValueColumn, valueColumns } from '@trainyard/workflow';

const ROWS_AT_ONCE = 4096;

const csvField = (value: unknown) => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csvLine(
  { probabilities, classes = [] }: TablePredictions,
  columns: readonly ValueColumn[],
  row: number,
): string {
  const cells = columns.map(({ at }) => csvField(at(row)));
  for (let c = 0; probabilities && c < classes.length; c++) cells.push(String(probabilities[row * classes.length + c]));
  return cells.join(',');
}

function jsonLine(
  { predictions, probabilities, classes = [] }: TablePredictions,
  columns: readonly ValueColumn[],
  row: number,
): string {
  const others = columns.filter(({ name }) => !name.startsWith('prediction')).map(({ name, at }) => [name, at(row)]);
  const shares =
    probabilities && Object.fromEntries(classes.map((name, c) => [name, probabilities[row * classes.length + c]]));
  return JSON.stringify({
    prediction: predictions[row],
    ...Object.fromEntries(others),
    ...(shares ? { probabilities: shares } : {}),
  });
}

/**
 * One line a row, in the order of the data: CSV (the columns of `valueColumns`, then `probability_<class>`), or JSON lines when the file's
 * name ends in .jsonl or .json. Without a path: CSV on standard output.
 */
export async function writePredictions(result: TablePredictions, path?: string): Promise<void> {
  const asJson = path !== undefined && /\.jsonl?$/i.test(path);
  const out = path === undefined ? process.stdout : createWriteStream(path);
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  const failed = path === undefined ? undefined : finished(out);
  failed?.catch(() => {});
  const line = asJson ? jsonLine : csvLine;
  const columns = valueColumns(result);
  if (!asJson) {
    const classes = result.probabilities ? (result.classes ?? []) : [];
    const names = [...columns.map(({ name }) => name), ...classes.map((name) => `probability_${name}`)];
    await write(`${names.map(csvField).join(',')}\n`);
  }
  for (let begin = 0; begin < result.predictions.length; begin += ROWS_AT_ONCE) {
    const end = Math.min(begin + ROWS_AT_ONCE, result.predictions.length);
    let text = '';
    for (let row = begin; row < end; row++) text += `${line(result, columns, row)}\n`;
    await write(text);
  }
  if (path === undefined) return;
  out.end();
  await failed;
}
