import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@trainyard/data';
import { createModel, findModel } from '@trainyard/models';

/** One network of ours in a process of its own: the data of keras_peer.py and torch_peer.py, the same answer. */
const [kind = '', folder = '', ...numbers] = process.argv.slice(2);
type Settings = [number, number, number, number, number, number];
const [rows, steps, features, epochs, threads, seed] = numbers.map(Number) as Settings;

const PARAMS: Readonly<Record<string, object>> = {
  lstm: { hidden_size: 128 },
  gru: { hidden_size: 128 },
  tcn: { num_filters: 64, num_levels: 4, kernel_size: 3, dropout: 0 },
  transformer: { dropout: 0 },
  mlp: { hidden_layer_sizes: [256, 128] },
};

const cols = steps * features;
const read = (name: string) => Uint8Array.from(readFileSync(join(folder, name))).buffer;
const data = new Float32Array(read('x.bin')).subarray(0, rows * cols);
const y = Float64Array.from(new Int32Array(read('y.bin')).subarray(0, rows));
const names = Array.from({ length: cols }, (_, j) => `x${j}`);
const train: Dataset = { task: 'multiclass', x: { rows, cols, data, names }, y, classes: ['a', 'b', 'c'] };
const model = createModel(findModel(kind), { ...PARAMS[kind], epochs, batch_size: 256, seq_len: steps }, 'multiclass');

const seconds: number[] = [];
const cpu: number[] = [];
const losses: number[] = [];
let began = performance.now();
let before = process.cpuUsage();
const metrics = await model.fit(train, {
  seed,
  threads,
  onProgress: ({ trainLoss }) => {
    losses.push(trainLoss!);
    const { user, system } = process.cpuUsage(before);
    seconds.push((performance.now() - began) / 1000);
    cpu.push((user + system) / 1e6);
    began = performance.now();
    before = process.cpuUsage();
  },
});

const row = { ...train.x, rows: 1, data: data.subarray(0, cols) };
const latencies = Array.from({ length: 1200 }, () => {
  const start = performance.now();
  model.predict(row);
  return performance.now() - start;
})
  .slice(200)
  .sort((a, b) => a - b);
const peakMiB = process.resourceUsage().maxRSS / 1024;
const answer = {
  seconds,
  cpu,
  loss: metrics.trainLoss,
  losses,
  peakMiB,
  what: metrics.backend,
  p50: latencies[500],
  p99: latencies[990],
};
process.stdout.write(JSON.stringify(answer));
