import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { Arena } from './arena.js';
import { ForestScorer } from './forest-scorer.js';
import type { PredictionKernels } from './kernels.js';
import type { TreeArrays } from './pack-trees.js';

const COLS = 9;
/** Categories of column 3; the other columns are numbers. */
const CODES = 70;

/** Random trees: numeric nodes with missing values going either way, nodes on sets of categories, single leaves. */
function randomForest(
  ...[trees, outputs, wide, random, categories = true]: [
    ...[trees: number, outputs: number, wide: boolean, random: () => number],
    categories?: boolean,
  ]
): TreeArrays {
  const nodes: { feature: number; threshold: number; left: number; flag: number; value: number }[] = [];
  const leaf = () => ({
    feature: -1,
    threshold: 0,
    left: 0,
    flag: 0,
    value: wide ? Math.floor(random() * 20) : random(),
  });
  const sets: number[] = [];
  const roots: number[] = [];
  for (let t = 0; t < trees; t++) {
    roots.push(nodes.length);
    const open = [nodes.push(leaf()) - 1];
    for (let splits = Math.floor(random() * 40); splits > 0 && open.length > 0; splits--) {
      const [node] = open.splice(Math.floor(random() * open.length), 1);
      const feature = Math.floor(random() * COLS);
      const left = nodes.length;
      const flag = categories && feature === 3 ? 2 : random() < 0.5 ? 1 : 0;
      const edge = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY][Math.floor(random() * 30)];
      const threshold = flag === 2 ? sets.length / 8 : Math.fround(edge ?? random());
      if (flag === 2) for (let i = 0; i < 8; i++) sets.push(Math.floor(random() * 2 ** 32));
      nodes[node!] = { feature, threshold, left, flag, value: 0 };
      open.push(nodes.push(leaf()) - 1, nodes.push(leaf()) - 1);
    }
  }
  const starts = Array.from({ length: COLS + 1 }, (_, j) => (j > 3 ? CODES : 0));
  return {
    outputs,
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, (node) => node.feature),
    threshold: Float32Array.from(nodes, (node) => node.threshold),
    left: Int32Array.from(nodes, (node) => node.left),
    flag: Uint8Array.from(nodes, (node) => node.flag),
    value: wide ? Uint32Array.from(nodes, (node) => node.value) : Float32Array.from(nodes, (node) => node.value),
    ...(wide ? { vectors: Float32Array.from({ length: 20 * outputs }, random) } : {}),
    sets: Uint32Array.from(sets),
    categoryStart: Int32Array.from(starts),
    categoryBins: Int16Array.from({ length: CODES }, (_, code) => (code % 7 === 0 ? -1 : (code * 5) % 256)),
  };
}

function randomRows(rows: number, random: () => number): Float32Array {
  return Float32Array.from({ length: rows * COLS }, (_, i) => {
    const chance = random();
    if (chance < 0.2) return Number.NaN;
    if (i % COLS === 3)
      return chance < 0.3 ? [-1, 2.5, 1e9, CODES, -0][Math.floor(random() * 5)]! : Math.floor(random() * CODES);
    return chance < 0.25 ? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][Math.floor(random() * 2)]! : random();
  });
}

function goesLeft(forest: TreeArrays, node: number, value: number): boolean {
  const { threshold, flag, feature, sets, categoryStart, categoryBins } = forest;
  if (flag[node] !== 2) return Number.isNaN(value) ? flag[node] === 1 : value <= threshold[node]!;
  const start = categoryStart[feature[node]!]!;
  const known = Number.isInteger(value) && value >= 0 && value < categoryStart[feature[node]! + 1]! - start;
  const bin = Number.isNaN(value) ? 0 : known ? categoryBins[start + value]! : -1;
  return bin >= 0 && ((sets[threshold[node]! * 8 + Math.floor(bin / 32)]! >>> (bin % 32)) & 1) === 1;
}

/** The slow way. */
function reference(forest: TreeArrays, x: Float32Array, rows: number, first: number, end: number): Float64Array {
  const { outputs, roots, feature, left, value, vectors } = forest;
  const scores = new Float64Array(rows * outputs).fill(0.5);
  for (let row = 0; row < rows; row++) {
    for (let t = first; t < end; t++) {
      let node = roots[t]!;
      while (feature[node]! >= 0)
        node = left[node]! + (goesLeft(forest, node, x[row * COLS + feature[node]!]!) ? 0 : 1);
      if (!vectors) scores[row * outputs + (t % outputs)]! += value[node]!;
      else for (let k = 0; k < outputs; k++) scores[row * outputs + k]! += vectors[value[node]! * outputs + k]!;
    }
  }
  return scores;
}

describe('a forest scorer adds the very sums of a plain walk', () => {
  for (const wide of [false, true]) {
    for (const outputs of [1, 3]) {
      it(`${wide ? 'vectors' : 'values'} in the leaves, ${outputs} a row`, () => {
        const random = sequence(outputs + (wide ? 10 : 0));
        for (const trees of [outputs, 12, 90]) {
          const forest = randomForest(trees, outputs, wide, random);
          const scorer = new ForestScorer(forest, COLS);
          assert.equal(scorer.trees, trees);
          for (const rows of [1, 2, 4, 9, 64, 131]) {
            const x = randomRows(rows, random);
            for (const [first, end] of [
              [0, trees],
              [1, trees],
              [0, trees - 1],
            ] as const) {
              const scores = new Float64Array(rows * outputs).fill(0.5);
              scorer.addScores(x, rows, scores, first, end);
              assert.deepEqual(scores, reference(forest, x, rows, first, end));
            }
          }
          scorer.free();
        }
      });
    }
  }

  it('more trees than one row is walked through at once, and trees without a split', () => {
    const random = sequence(5);
    const forest = randomForest(3000, 1, false, random);
    const x = randomRows(1, random);
    const scores = new Float64Array(1).fill(0.5);
    new ForestScorer(forest, COLS).addScores(x, 1, scores);
    assert.deepEqual(scores, reference(forest, x, 1, 0, 3000));
    const leaves = { ...forest, roots: Int32Array.of(0), feature: Int32Array.of(-1), value: Float32Array.of(2) };
    const batch = new Float64Array(10);
    new ForestScorer(leaves, COLS).addScores(randomRows(10, random), 10, batch);
    assert.deepEqual(batch, new Float64Array(10).fill(2));
  });
});

describe('a sweep over many rows adds the very sums of a plain walk', () => {
  for (const wide of [false, true]) {
    for (const outputs of [1, 3]) {
      it(`${wide ? 'vectors' : 'values'} in the leaves, ${outputs} a row`, () => {
        const random = sequence(outputs + (wide ? 20 : 30));
        const forest = randomForest(900, outputs, wide, random, false);
        const scorer = new ForestScorer(forest, COLS);
        for (const rows of [32, 64, 131]) {
          const x = randomRows(rows, random);
          if (rows === 64) for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]!)) x[i] = 0;
          for (const [first, end] of [
            [0, 900],
            [3, 700],
          ] as const) {
            const scores = new Float64Array(rows * outputs).fill(0.5);
            scorer.addScores(x, rows, scores, first, end);
            assert.deepEqual(scores, reference(forest, x, rows, first, end));
          }
        }
        scorer.free();
      });
    }
  }

  it('thresholds of both zeros, of both infinities, and a tree of 128 leaves', () => {
    const edges = [Number.NEGATIVE_INFINITY, -0, 0, 1, Number.POSITIVE_INFINITY];
    const splits = 127;
    const nodes = Array.from({ length: 2 * splits + 1 }, (_, i) => ({
      feature: i < 2 * splits && i % 2 === 0 ? i % COLS : -1,
      threshold: edges[i % edges.length]!,
    }));
    const forest: TreeArrays = {
      ...randomForest(1, 1, false, sequence(1), false),
      roots: Int32Array.from({ length: 40 }, (_, t) => t * nodes.length),
      ...{ feature: new Int32Array(40 * nodes.length), threshold: new Float32Array(40 * nodes.length) },
      ...{ left: new Int32Array(40 * nodes.length), flag: new Uint8Array(40 * nodes.length) },
      value: Float32Array.from({ length: 40 * nodes.length }, (_, i) => Math.sin(i)),
    };
    for (let i = 0; i < 40 * nodes.length; i++) {
      const { feature, threshold } = nodes[i % nodes.length]!;
      forest.feature[i] = feature;
      forest.threshold[i] = threshold;
      // A chain: the second child of each split is the next.
      forest.left[i] = i + 1;
      forest.flag[i] = i % 3 === 0 ? 1 : 0;
    }
    const values = [...edges, Number.NaN, -1, 0.5];
    const random = sequence(3);
    const x = Float32Array.from({ length: 100 * COLS }, () => values[Math.floor(random() * values.length)]!);
    const scores = new Float64Array(100).fill(0.5);
    new ForestScorer(forest, COLS).addScores(x, 100, scores);
    assert.deepEqual(scores, reference(forest, x, 100, 0, 40));
  });
});

describe('large batches on two threads', () => {
  for (const categories of [false, true]) {
    it(`${categories ? 'walked' : 'swept'}: the same sums as on one, from the first batch on`, async () => {
      const random = sequence(7);
      const forest = randomForest(60, 2, false, random, categories);
      const rows = 20_000;
      const x = randomRows(rows, random);
      const expected = new Float64Array(rows * 2).fill(0.5);
      new ForestScorer(forest, COLS).addScores(x, rows, expected);
      const scorer = new ForestScorer(forest, COLS, 2);
      for (let i = 0; i < 20; i++) {
        const scores = new Float64Array(rows * 2).fill(0.5);
        scorer.addScores(x, rows, scores);
        assert.deepEqual(scores, expected);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }
});

describe('threads that help to predict', () => {
  it('keep no process alive, and need no turn of the event loop to take part', () => {
    const script = `
      const { ForestScorer } = await import('${new URL('./forest-scorer.js', import.meta.url)}');
      const { workplace } = await import('${new URL('./workplace.js', import.meta.url)}');
      const [splits, trees, rows] = [15, 200, 20_000];
      const nodes = 2 * splits + 1;
      const all = Array.from({ length: trees * nodes }, (_, i) => i);
      const forest = {
        outputs: 1,
        roots: Int32Array.from({ length: trees }, (_, t) => t * nodes),
        feature: Int32Array.from(all, (i) => (i % nodes < splits ? i % 4 : -1)),
        threshold: Float32Array.from(all, (i) => Math.sin(i)),
        left: Int32Array.from(all, (i) => (i % nodes) * 2 + 1 + i - (i % nodes)),
        flag: new Uint8Array(all.length),
        value: Float32Array.from(all, (i) => Math.cos(i)),
        sets: new Uint32Array(0), categoryStart: new Int32Array(5), categoryBins: new Int16Array(0),
      };
      const x = Float32Array.from({ length: rows * 4 }, (_, i) => Math.sin(i * i));
      const scorer = new ForestScorer(forest, 4, 2);
      const { kernels } = workplace().arena;
      let own = Infinity;
      const sweepBlock = kernels.sweepBlock;
      workplace().arena.kernels = { ...kernels, sweepBlock: (...args) => { own++; sweepBlock(...args); } };
      const blocks = Math.ceil(rows / 64);
      for (const begun = Date.now(); own >= blocks && Date.now() - begun < 20_000; ) {
        own = 0;
        scorer.addScores(x, rows, new Float64Array(rows));
      }
      console.log(own < blocks ? 'helped' : 'alone');`;
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-'));
    try {
      writeFileSync(join(folder, 'script.mjs'), script);
      const printed = execFileSync(process.execPath, [join(folder, 'script.mjs')], {
        encoding: 'utf8',
        timeout: 60_000,
      });
      assert.equal(printed.trim(), availableParallelism() > 1 ? 'helped' : 'alone');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an arena', () => {
  it('gives pieces that do not overlap, uses freed ones again and joins neighbours', () => {
    const arena = new Arena<PredictionKernels>();
    const [a, b, c] = [arena.take(100_000), arena.take(10), arena.take(200_000)];
    assert.deepEqual([b - a, c - b], [100_032, 64]);
    assert.equal(arena.used, 100_032 + 64 + 200_000);
    arena.floats.fill(7, c >>> 2, (c >>> 2) + 50_000);
    arena.give(a);
    arena.give(b);
    arena.give(b);
    assert.equal(arena.take(100_096), a, 'two holes are one');
    arena.take(5_000_000);
    assert.equal(arena.floats[c >>> 2], 7, 'growing keeps what is there');
    assert.throws(() => arena.take(5e9), RangeError);
  });
});
