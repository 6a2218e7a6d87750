import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { BoostingEngine } from './engine.js';
import { layOut } from './layout.js';

const ROWS = 6000;
const RULES = {
  ...{ lambda: 1, alpha: 0, minHessian: 0, minRows: 5, minGain: 0, catSmooth: 1, catSmoothRows: 1, catLambda: 0 },
  ...{ maxCatThreshold: 32, maxCatToOnehot: 4, minDataPerGroup: 1, maxDeltaStep: 0 },
};

const SHAPE = { rows: ROWS, features: 10, outputs: 1, leaves: 4, sampleRows: ROWS };

async function start(threads: number, exact: boolean, rows = ROWS): Promise<BoostingEngine> {
  const categorical = Array.from({ length: 10 }, (_, f) => f === 6);
  const engine = await BoostingEngine.create({ ...SHAPE, rows, sampleRows: rows, exact, threads, categorical });
  const random = sequence(1);
  for (let f = 0; f < 10; f++) {
    engine.cuts.fill(Number.POSITIVE_INFINITY, f * 256, (f + 1) * 256);
    for (let i = 0; i < 19; i++) engine.cuts[f * 256 + i] = i + 0.5;
    engine.bins[f] = 21;
  }
  for (let i = 0; i < rows * 10; i++) engine.staging[i] = Math.floor(random() * 20);
  for (let i = 0; i < rows; i++) {
    engine.labels[i] = (engine.staging[i * 10 + 8]! > 12 ? 3 : 0) + engine.staging[i * 10 + 2]! / 20 + random();
  }
  engine.weights.fill(1);
  engine.scores.fill(0);
  engine.binBlock(0, rows);
  engine.activate(Uint32Array.from({ length: rows }, (_, i) => i));
  return engine;
}

/** `limit` rows fit a 16 | 16 sum; `subtract` makes the larger child's histogram from its parent's. */
async function growTwoSplits(
  threads: number,
  exact: boolean,
  { rows: count = ROWS, limit = 0, subtract = true } = {},
): Promise<unknown[]> {
  const engine = await start(threads, exact, count);
  try {
    const loss = engine.loss({ kind: 'squared', parameter: 0 });
    const spread = engine.gradients({ kind: 'squared', parameter: 0 }, 0, 1)[0]!;
    if (!exact) engine.quantise(0, 100 / spread.gradient, 10, 5, limit);
    const sums = engine.beginTree(0, RULES);
    const root = engine.scanRoot(0, sums)!;
    engine.goesLeft.fill(0).fill(1, 0, root.bin + 1);
    const right = { gradient: sums.gradient - root.gradient, hessian: sums.hessian - root.hessian };
    const children = engine.splitLeaf({
      ...{ leaf: 0, newLeaf: 1, feature: root.feature, left: root, right },
      ...{ scan: true, smallSlot: 1, largeSlot: subtract ? 0 : 2, subtract },
    });
    const rows = [engine.rowsOf(0), engine.rowsOf(1)];
    const members = engine.leafRows(0).flatMap((part) => [...part]);
    const leaves = engine.leafSums(2);
    engine.update(0, [1, 2]);
    return [loss, spread, sums, root, children, rows, leaves, engine.scores.slice(), members];
  } finally {
    await engine.close();
  }
}

describe('the boosting engine', () => {
  for (const exact of [false, true]) {
    it(`finds the same on one thread, two and three: ${exact ? 'exact' : 'quantised'}`, async () => {
      const one = await growTwoSplits(1, exact);
      const root = one[3] as { feature: number; bin: number };
      assert.deepEqual([root.feature, root.bin], [8, 13], 'the cut that the labels were made with');
      const [rows, scores] = [one[5] as number[], one[7] as Float32Array];
      assert.equal(rows[0]! + rows[1]!, ROWS);
      assert.equal(scores.filter((score) => score === 1).length, rows[0]);
      assert.ok((one[8] as number[]).every((row) => scores[row] === 1));
      assert.deepEqual(await growTwoSplits(2, exact), one);
      assert.deepEqual(await growTwoSplits(3, exact), one);
    });
  }

  it('finds the same where threads share the rows, with and without the histogram of the parent', async () => {
    const one = await growTwoSplits(1, false, { rows: 24_000 });
    const rows = one[5] as number[];
    assert.ok(Math.min(...rows) > 4096, 'enough to be shared');
    for (const threads of [1, 2, 3]) {
      for (const subtract of [true, false]) {
        assert.deepEqual(await growTwoSplits(threads, false, { rows: 24_000, limit: 300, subtract }), one);
      }
    }
  });

  it('splits only on features of the mask, and only in the direction asked for', async () => {
    for (const threads of [1, 2]) {
      const engine = await start(threads, false);
      const [spread] = engine.gradients({ kind: 'squared', parameter: 0 }, 0, 1);
      engine.quantise(0, 100 / spread!.gradient, 10, 5, 0);
      const sums = engine.beginTree(0, RULES);
      engine.masks[0].fill(0)[2] = 1;
      assert.equal(engine.scanRoot(0, { ...sums, masked: true })!.feature, 2);
      assert.equal(engine.scanRoot(0, sums)!.feature, 8, 'the mask holds where it is asked for');
      engine.monotone[8] = -1;
      assert.notEqual(engine.scanRoot(0, sums)!.feature, 8);
      engine.monotone[8] = 1;
      assert.equal(engine.scanRoot(0, sums)!.feature, 8);
      await engine.close();
    }
  });

  it('measures pairs that the caller wrote', async () => {
    const engine = await start(2, true);
    const pairs = engine.pairs(0);
    for (let i = 0; i < ROWS; i++) pairs.set([i % 2 ? -3 : 1, 2], i * 2);
    assert.deepEqual(engine.measurePairs(1), [{ gradient: 3, hessian: 2, sum: ROWS * 2, sumOfSquares: ROWS * 5 }]);
    assert.deepEqual(engine.beginTree(0, RULES), { gradient: -ROWS, hessian: 2 * ROWS });
    await engine.close();
  });

  it('uses the memory of a fit that is over', async () => {
    const first = await start(1, false);
    const { buffer } = first.scores;
    await first.close();
    const second = await start(1, false);
    assert.equal(second.scores.buffer, buffer);
    const third = await start(1, false);
    assert.notEqual(third.scores.buffer, buffer);
    await Promise.all([second.close(), third.close()]);
  });

  it('refuses what does not fit into 4 GB', () => {
    const shape = { ...SHAPE, exact: false, threads: 1, categorical: [], sampleRows: 1000 };
    assert.throws(() => layOut({ ...shape, rows: 3e8 }), RangeError);
    assert.ok(layOut({ ...shape, rows: 3e6, features: 20, leaves: 31, sampleRows: 2e5 }).bytes < 5e8);
  });
});
