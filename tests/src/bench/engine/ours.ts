/* One job in this process: node ours.js '<Job as JSON>' prints a Result as JSON. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset, Matrix, Task } from '@trainyard/data';
import { createModel, findModel, type Model, type Predictions } from '@trainyard/models';
import { summarize } from '../report/statistics.js';
import type { Job, Result } from './job.js';

const job = JSON.parse(process.argv[2] ?? '') as Job;
const { train, test } = readData(job);
const definition = findModel(job.model);
const model = createModel(definition, job.params, job.task as Task);
const before = process.resourceUsage().maxRSS;
const [started, cpu] = [performance.now(), process.cpuUsage()];
await model.fit(train, { seed: job.seed, threads: job.threads });
const fit = (performance.now() - started) / 1000;
const spent = process.cpuUsage(cpu);
const after = process.resourceUsage().maxRSS;
const timed = timePredictions(model, test.x, job.predictions ?? 0);
const alone = job.oneRow ? timeOneRow(model, test.x, job.oneRow) : {};
const result: Result = {
  fit,
  cpu: (spent.user + spent.system) / 1e6,
  peak: after / 1024,
  fitMemory: (after - before) / 1024,
  predict: timed.seconds,
  ...alone,
  scores: job.task === 'clustering' ? inertiaOf(timed.predictions, train) : scoresOf(timed.predictions, test),
};
console.log(JSON.stringify(result));

function readData({ folder, trainRows, testRows, task, standardise, categorical }: Job) {
  const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as { rows: number; cols: number };
  const floats = (name: string) => {
    const { buffer, byteOffset, length } = readFileSync(join(folder, name));
    return new Float32Array(buffer, byteOffset, length / 4);
  };
  const values = floats('x.f32');
  const targets = floats(task === 'regression' ? 'values.f32' : 'classes.f32');
  const names = Array.from({ length: meta.cols }, (_, j) => `x${j}`);
  const codes = categorical ? { categorical: names.map((_, j) => categorical.includes(j)) } : {};
  const part = (from: number, rows: number): Dataset => {
    const data = values.subarray(from * meta.cols, (from + rows) * meta.cols);
    const target = targets.subarray(from, from + rows);
    const y = Float64Array.from(target, (value) => (task === 'binary' ? Number(value === 2) : value));
    const classes = task === 'binary' ? ['other', 'two'] : ['zero', 'one', 'two'];
    return {
      task: task as Task,
      x: { rows, cols: meta.cols, data, names, ...codes },
      y: task === 'clustering' ? new Float64Array(0) : y,
      ...(task === 'regression' || task === 'clustering' ? {} : { classes }),
    };
  };
  const [train, test] = [part(0, trainRows), part(meta.rows - testRows, testRows)];
  if (standardise) scale(train.x, test.x);
  return { train, test: task === 'clustering' ? train : test };
}

/** Standardises both in place by the first's means and deviations. */
function scale(train: Matrix, test: Matrix): void {
  for (let j = 0; j < train.cols; j++) {
    let [sum, squares] = [0, 0];
    for (let i = j; i < train.data.length; i += train.cols) sum += train.data[i]!;
    const mean = sum / train.rows;
    for (let i = j; i < train.data.length; i += train.cols) squares += (train.data[i]! - mean) ** 2;
    const deviation = Math.sqrt(squares / train.rows) || 1;
    for (const { data, cols } of [train, test]) {
      for (let i = j; i < data.length; i += cols) data[i] = (data[i]! - mean) / deviation;
    }
  }
}

function timePredictions(fitted: Model, x: Matrix, repeats: number) {
  const seconds: number[] = [];
  let predictions: Predictions;
  do {
    const from = performance.now();
    predictions = fitted.predict(x);
    seconds.push((performance.now() - from) / 1000);
  } while (seconds.length < repeats);
  return { predictions, seconds: summarize(seconds).p50 };
}

function timeOneRow(fitted: Model, x: Matrix, repeats: number) {
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    ...x,
    rows: 1,
    data: x.data.slice((i % x.rows) * x.cols, ((i % x.rows) + 1) * x.cols),
  }));
  const seconds = new Float64Array(repeats);
  // The first half warms up.
  for (let i = -repeats; i < repeats; i++) {
    const from = process.hrtime.bigint();
    fitted.predict(rows[(i + repeats) % rows.length]!);
    if (i >= 0) seconds[i] = Number(process.hrtime.bigint() - from) / 1e9;
  }
  const { p50, p99 } = summarize([...seconds]);
  return { oneRowP50: p50, oneRowP99: p99 };
}

function scoresOf({ values, probabilities, classes }: Predictions, { y }: Dataset): Result['scores'] {
  const n = y.length;
  if (!probabilities) {
    const squares = values.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
    return { rmse: Math.sqrt(squares / n) };
  }
  let [right, loss] = [0, 0];
  for (let i = 0; i < n; i++) {
    if (values[i] === y[i]) right++;
    loss -= Math.log(Math.max(probabilities[i * classes! + y[i]!]!, 1e-15));
  }
  return { accuracy: right / n, 'log loss': loss / n };
}

/** Sum of squared distances of all rows to the mean of their cluster. */
function inertiaOf({ values }: Predictions, { x }: Dataset): Result['scores'] {
  const k = values.reduce((most, value) => Math.max(most, value), 0) + 1;
  const sums = new Float64Array(k * x.cols);
  const counts = new Float64Array(k);
  for (let i = 0; i < x.rows; i++) {
    counts[values[i]!]!++;
    for (let j = 0; j < x.cols; j++) sums[values[i]! * x.cols + j]! += x.data[i * x.cols + j]!;
  }
  let inertia = 0;
  for (let i = 0; i < x.rows; i++) {
    const c = values[i]!;
    for (let j = 0; j < x.cols; j++) inertia += (x.data[i * x.cols + j]! - sums[c * x.cols + j]! / counts[c]!) ** 2;
  }
  return { inertia };
}
