import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { type LevelSplit, ObliviousEngine } from './engine.js';

const ROWS = 700;
const FEATURES = 9;
const BINS = 12;
const LAMBDA = 2;

interface Sample {
  readonly bins: Uint8Array[];
  /** [row][output], whole numbers. */
  readonly gradients: number[][];
  readonly weights: number[];
}

function sampleOf(outputs: number): Sample {
  const random = sequence(outputs);
  const whole = (n: number): number => Math.floor(random() * n);
  return {
    bins: Array.from({ length: FEATURES }, () => Uint8Array.from({ length: ROWS }, () => whole(BINS))),
    gradients: Array.from({ length: ROWS }, () => Array.from({ length: outputs }, () => whole(41) - 20)),
    weights: Array.from({ length: ROWS }, () => whole(4)),
  };
}

/** The last feature is one category against the rest. */
const goesRight = (feature: number, bin: number, value: number): boolean =>
  feature === FEATURES - 1 ? value === bin : value > bin;

/** The score of a split of all leaves, from its definition. */
function scoreOf(
  { bins, gradients, weights }: Sample,
  leaf: number[],
  feature: number,
  bin: number,
  cosine: boolean,
): number {
  const cells = new Map<number, { g: number[]; w: number }>();
  gradients.forEach((g, row) => {
    if (weights[row] === 0) return;
    const key = leaf[row]! * 2 + Number(goesRight(feature, bin, bins[feature]![row]!));
    const cell = cells.get(key) ?? { g: g.map(() => 0), w: 0 };
    cells.set(key, { g: cell.g.map((sum, c) => sum + g[c]!), w: cell.w + weights[row]! });
  });
  let product = 0;
  let norm = 0;
  for (const { g, w } of cells.values()) {
    const square = g.reduce((sum, x) => sum + x * x, 0);
    product += square / (w + LAMBDA);
    norm += (square * w) / (w + LAMBDA) ** 2;
  }
  return cosine ? product / Math.sqrt(norm) : product;
}

async function grow(
  sample: Sample,
  outputs: number,
  cosine: boolean,
  threads: number,
  depth: number,
): Promise<LevelSplit[]> {
  const engine = await ObliviousEngine.create({
    ...{ rows: ROWS, numeric: 0, features: FEATURES, outputs, depth, threads, sampleRows: ROWS },
  });
  try {
    sample.bins.forEach((column, f) => void engine.column(f).set(column));
    engine.placeColumns(0, FEATURES);
    engine.bins.fill(BINS);
    engine.oneHot[FEATURES - 1] = 1;
    sample.weights.forEach((w, row) => {
      engine.weights[row] = w;
      sample.gradients[row]!.forEach((g, c) => {
        engine.gradients[c * engine.plane + row] = w === 0 ? 0 : g;
      });
    });
    engine.draw('none', 0, 0);
    engine.quantise(1, 1);
    engine.beginTree();
    const splits: LevelSplit[] = [];
    while (splits.length < depth) {
      const leaves = 2 ** Math.max(0, splits.length - 1);
      const split = engine.level(leaves, splits.at(-1), { lambda: LAMBDA, cosine, noise: 0, seed: 1 });
      splits.push(split!);
    }
    return splits;
  } finally {
    await engine.close();
  }
}

describe('levels of oblivious trees', () => {
  for (const outputs of [1, 2, 3, 4, 9]) {
    for (const cosine of [true, false]) {
      it(`have the best split by its definition: ${outputs} outputs, ${cosine ? 'cosine' : 'gain'}`, async () => {
        const sample = sampleOf(outputs);
        const splits = await grow(sample, outputs, cosine, 1, 5);
        assert.deepEqual(await grow(sample, outputs, cosine, 3, 5), splits);
        const leaf: number[] = Array.from({ length: ROWS }, () => 0);
        splits.forEach(({ feature, bin, score }, level) => {
          let best = Number.NEGATIVE_INFINITY;
          for (let f = 0; f < FEATURES; f++) {
            for (let b = 0; b < (f === FEATURES - 1 ? BINS : BINS - 1); b++) {
              best = Math.max(best, scoreOf(sample, leaf, f, b, cosine));
            }
          }
          assert.ok(Math.abs(score - scoreOf(sample, leaf, feature, bin, cosine)) < 1e-4 * Math.abs(score));
          assert.ok(score > best * (1 - 1e-5), `level ${level}: ${score}, not ${best}`);
          for (let row = 0; row < ROWS; row++) {
            leaf[row]! += Number(goesRight(feature, bin, sample.bins[feature]![row]!)) << level;
          }
        });
      });
    }
  }
});
