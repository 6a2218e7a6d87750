import assert from 'node:assert/strict';
import { createRandom, type Dataset, type Matrix, type SupervisedTask } from '@trainyard/data';
import { type PythonPeers, pythonPeers } from './python.js';

/** What a peer answers: lists of numbers or texts by name. */
export type Answer = Readonly<Record<string, string> & Record<string, readonly number[]>> & {
  readonly predictions: readonly number[];
  readonly model: string;
};

const peers = await pythonPeers({ file: 'model_peers.requirements.txt', namesAll: true });

/** Why tests with the real libraries cannot run here; false when they can. */
export const skip = 'reason' in peers ? peers.reason : false;

/** Runs jobs of model_peers.py in one process. Rejects with what a library complained about. */
export async function askPeers(jobs: readonly object[]): Promise<Answer[]> {
  const answers = JSON.parse(await (peers as PythonPeers).run('model_peers.py', [], JSON.stringify(jobs))) as Answer[];
  const refused = answers.flatMap(({ error }, i) =>
    error === undefined ? [] : [`${JSON.stringify(jobs[i]).slice(0, 120)}: ${String(error)}`],
  );
  if (refused.length > 0) throw new Error(refused.join('\n'));
  return answers;
}

/** The matrix as a job carries it. */
export function matrixJob({ data, rows, categorical }: Matrix): object {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { x: bytes.toString('base64'), rows, kinds: categorical!.map((is) => (is ? 'c' : 'float')) };
}

/** Three numbers and a category of 12 codes, a tenth of each missing, and a target that depends on all of them. */
export function sampleData(task: SupervisedTask, rows: number, seed: number): Dataset {
  const random = createRandom(seed);
  const cols = 4;
  const data = new Float32Array(rows * cols);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, b, c] = [random.normal(), 100 * random.normal(), Math.round(3 * random.normal())];
    const code = random.integer(12);
    const gone = random.next() < 0.1;
    const score = a + (b > 30 ? 1 : 0) - Math.abs(c) / 3 + [0, 1, -1, 2][code % 4]! + (gone ? 1.5 : 0);
    data.set([a, b, c, gone ? Number.NaN : code], i * cols);
    for (let j = 0; j < 3; j++) if (random.next() < 0.1) data[i * cols + j] = Number.NaN;
    if (task === 'regression') y[i] = 1000 + score + 0.1 * random.normal();
    else if (task === 'binary') y[i] = score > 0.4 ? 1 : 0;
    else y[i] = score > 1 ? 2 : score > -0.3 ? 1 : 0;
  }
  const x = { rows, cols, data, names: ['a', 'b b', 'c', 'd'], categorical: [false, false, false, true] };
  const classes = task === 'regression' ? {} : { classes: task === 'binary' ? ['no', 'yes'] : ['low', 'mid', 'high'] };
  return { task, x, y, ...classes };
}

/** Rows like those of `sampleData`, and some with a category that training never saw. */
export function otherRows(seed: number): Matrix {
  const { x } = sampleData('regression', 300, seed);
  for (let i = 0; i < x.rows; i += 10) x.data[i * x.cols + 3] = 12 + (i % 3);
  return x;
}

/** The largest difference, as a share of the expected value where that is above 1. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = '',
): void {
  assert.equal(actual.length, expected.length, `${what}: number of values`);
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!));
    assert.ok(difference <= tolerance, `${what}: value ${i} is ${actual[i]}, not ${expected[i]}`);
  }
}
