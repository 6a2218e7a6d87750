import type { Dataset, Matrix, Task } from '@trainyard/data';

/** Mulberry32: small, seeded, the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface SampleOptions {
  readonly rows?: number;
  readonly cols?: number;
  readonly seed?: number;
}

/**
 * Data with a learnable signal in the first three columns and noise in the rest. Binary and regression follow a linear
 * score, multiclass (three classes) follows which third of the score a row falls in, a forecast has the score and its half.
 * Clustering has three blobs, 0, 1 and 2, whose numbers are in `y`; of anomaly detection every tenth row lies far from the others'
 * plane.
 */
export function sampleDataset(task: Task, { rows = 400, cols = 5, seed = 1 }: SampleOptions = {}): Dataset {
  const random = randomFrom(seed);
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < data.length; i++) data[i] = random() + random() + random() - 1.5;
  const y = new Float64Array(task === 'forecast' ? 2 * rows : rows);
  const names = Array.from({ length: cols }, (_, j) => `x${j}`);
  if (task === 'clustering') {
    for (let i = 0; i < rows; i++) {
      y[i] = Math.floor(3 * random());
      for (let j = 0; j < Math.min(cols, 3); j++)
        data[i * cols + j]! += [4 * y[i]!, y[i] === 1 ? 4 : 0, -4 * y[i]!][j]!;
    }
    return { task, x: { rows, cols, data, names }, y };
  }
  if (task === 'anomaly') {
    for (let i = 0; i < rows; i++) {
      y[i] = Number(i % 10 === 0);
      for (let j = 1; j < cols; j++) data[i * cols + j] = (y[i] ? -2 : 1) * data[i * cols]! + 0.05 * (random() - 0.5);
      if (y[i]) data[i * cols]! += 3;
    }
    return { task, x: { rows, cols, data, names }, y };
  }
  for (let i = 0; i < rows; i++) {
    const at = (j: number) => (j < cols ? data[i * cols + j]! : 0);
    const score = 2 * at(0) - 1.5 * at(1) + at(2) + 0.2 * (random() - 0.5);
    if (task === 'forecast') y.set([score + 3, score / 2], 2 * i);
    else if (task === 'regression') y[i] = score + 3;
    else if (task === 'binary') y[i] = score > 0 ? 1 : 0;
    else y[i] = score > 0.5 ? 2 : score < -0.5 ? 0 : 1;
  }
  const x = { rows, cols, data, names };
  if (task === 'binary') return { task, x, y, classes: ['no', 'yes'] };
  if (task === 'multiclass') return { task, x, y, classes: ['low', 'middle', 'high'] };
  return { task, x, y, ...(task === 'forecast' ? { outputs: ['1', '2'] } : {}) };
}

/** The rows `[from, to)` of a dataset. */
export function slice(data: Dataset, from: number, to: number): Dataset {
  const { x, y, weight, outputs } = data;
  const width = outputs?.length ?? 1;
  return {
    ...data,
    x: { ...x, rows: to - from, data: x.data.slice(from * x.cols, to * x.cols) },
    y: y.slice(from * width, to * width),
    ...(weight ? { weight: weight.slice(from, to) } : {}),
  };
}

/** The same matrix with some entries changed. */
export function mapMatrix(x: Matrix, change: (value: number, row: number, column: number) => number): Matrix {
  return { ...x, data: x.data.map((value, at) => change(value, Math.floor(at / x.cols), at % x.cols)) };
}
