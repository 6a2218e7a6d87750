import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type TablePredictions, valueColumns } from '@trainyard/workflow';

export const OUTPUT_FORMATS = ['csv', 'jsonl'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

const ROWS_A_CHUNK = 1000;

/**
 * Writes predictions in the order of their rows, with the probability of each class where the model gives them: CSV with
 * the columns `prediction, confidence, probability_<class>, ...`, or `prediction_<target or step>, ...` and `score`, or lines like the answers of the REST call.
 */
export async function writePredictions(
  file: string,
  format: OutputFormat,
  predictions: TablePredictions,
): Promise<void> {
  const lines = format === 'csv' ? csvLines(predictions) : jsonLines(predictions);
  await pipeline(Readable.from(inChunks(lines)), createWriteStream(file));
}

function* jsonLines({ predictions, scores, probabilities, classes = [] }: TablePredictions): Iterable<string> {
  for (let row = 0; row < predictions.length; row++) {
    const prediction = predictions[row];
    if (scores) yield JSON.stringify({ prediction, score: scores[row] });
    else if (!probabilities) yield JSON.stringify({ prediction });
    else {
      const byClass = classes.map((name, k) => [name, probabilities[row * classes.length + k]]);
      const confidence = highest(probabilities, row, classes.length);
      yield JSON.stringify({ prediction, probabilities: Object.fromEntries(byClass), confidence });
    }
  }
}

function* csvLines(result: TablePredictions): Iterable<string> {
  const { predictions, probabilities, classes = [] } = result;
  const columns = valueColumns(result);
  const names = probabilities ? ['confidence', ...classes.map((name) => `probability_${name}`)] : [];
  yield [...columns.map(({ name }) => name), ...names].map(quoted).join(',');
  for (let row = 0; row < predictions.length; row++) {
    const cells = columns.map(({ at }) => quoted(at(row)));
    if (probabilities) {
      cells.push(String(highest(probabilities, row, classes.length)));
      for (let k = 0; k < classes.length; k++) cells.push(String(probabilities[row * classes.length + k]));
    }
    yield cells.join(',');
  }
}

function highest(probabilities: Float64Array, row: number, classes: number): number {
  let best = 0;
  for (let k = 0; k < classes; k++) best = Math.max(best, probabilities[row * classes + k]!);
  return best;
}

function quoted(value: unknown): string {
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* inChunks(lines: Iterable<string>): Iterable<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length < ROWS_A_CHUNK) continue;
    yield `${chunk.join('\n')}\n`;
    chunk = [];
  }
  if (chunk.length > 0) yield `${chunk.join('\n')}\n`;
}
