import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { findBundles } from './bundles.js';
import { BoostingEngine } from './engine.js';

const ROWS = 3000;
const CODES = 30;
/** A number, a one-hot encoding of 30 codes, and an indicator that goes with none of them. */
const FEATURES = CODES + 2;
const RULES = {
  ...{ lambda: 1, alpha: 0, minHessian: 0, minRows: 5, minGain: 0, catSmooth: 1, catSmoothRows: 1, catLambda: 0 },
  ...{ maxCatThreshold: 32, maxCatToOnehot: 4, minDataPerGroup: 1, maxDeltaStep: 0 },
};
const breathe = (): Promise<void> => Promise.resolve();

/** Splits by two features, bundled or not, with bins by column or without. */
async function grow(bundled: boolean, mostColumnBytes: number, exact: boolean): Promise<unknown[]> {
  const categorical = new Array<boolean>(FEATURES).fill(false);
  const shape = { rows: ROWS, features: FEATURES, outputs: 1, leaves: 4, exact, categorical, sampleRows: ROWS };
  const engine = await BoostingEngine.create({ ...shape, mostColumnBytes, threads: 2 });
  const random = sequence(3);
  engine.cuts.fill(Number.POSITIVE_INFINITY);
  for (let f = 0; f < FEATURES; f++) engine.cuts[f * 256] = 0.5;
  engine.bins.fill(3);
  engine.staging.fill(0, 0, ROWS * FEATURES);
  for (let i = 0; i < ROWS; i++) {
    const code = Math.floor(random() * CODES);
    engine.staging.set([random()], i * FEATURES);
    engine.staging[i * FEATURES + 1 + code] = 1;
    engine.staging[i * FEATURES + CODES + 1] = random() < 0.1 ? 1 : 0;
    engine.labels[i] = (code === 7 ? 5 : code === 11 ? 3 : 0) + random();
  }
  engine.weights.fill(1);
  engine.scores.fill(0);
  engine.binBlock(0, ROWS);
  const columns = bundled ? await engine.bundle(breathe) : 3;
  engine.activate(Uint32Array.from({ length: ROWS }, (_, i) => i));
  const spread = engine.gradients({ kind: 'squared', parameter: 0 }, 0, 1)[0]!;
  if (!exact) engine.quantise(0, 100 / spread.gradient, 10, 5, 0);
  const sums = engine.beginTree(0, RULES);
  const root = engine.scanRoot(0, sums)!;
  engine.goesLeft.fill(0).fill(1, 0, root.bin + 1);
  const right = { gradient: sums.gradient - root.gradient, hessian: sums.hessian - root.hessian };
  const { feature } = root;
  const children = engine.splitLeaf({
    ...{ leaf: 0, newLeaf: 1, feature, left: root, right },
    ...{ scan: true, smallSlot: 1, largeSlot: 0, subtract: true },
  });
  const found = [
    columns,
    feature,
    root.bin,
    children.left!.feature,
    engine.rowsOf(1),
    engine.leafRows(1).map((p) => [...p]),
  ];
  await engine.close();
  return exact ? found : [...found, root, children];
}

describe('an engine of bundled features', () => {
  for (const exact of [false, true]) {
    it(`finds and makes the splits of an engine without: ${exact ? 'exact' : 'quantised'}`, async () => {
      const without = await grow(false, 1 << 20, exact);
      assert.deepEqual(without.slice(0, 4), [3, 8, 1, 12]);
      assert.deepEqual(await grow(true, 1 << 20, exact), without);
      assert.deepEqual(await grow(true, 0, exact), without, 'bins row by row only');
    });
  }
});

describe('bundles', () => {
  const find = (columns: readonly (readonly number[])[], bins = 4, categorical: readonly boolean[] = []) => {
    const rows = columns[0]!.length;
    const at = (feature: number) => [feature * rows, 1] as const;
    const counts = columns.map(() => bins);
    return findBundles({ rows, bytes: Uint8Array.from(columns.flat()), at, bins: counts, categorical }, breathe);
  };
  /** Bin 1 in 100 rows, but `bin` in row `row`. */
  const column = (row: number, bin = 2): number[] => Array.from({ length: 100 }, (_, i) => (i === row ? bin : 1));

  it('hold features that are exclusive in every row, in the order of their first ones', async () => {
    const found = await find([column(0), column(0), column(1, 3), column(1), column(2)]);
    assert.equal(found!.columns, 2);
    // Each feature joins the latest bundle without a conflict: the third goes with the second, the fourth with the first.
    const places = [0, 1, 1, 0, 1, 1, 1, 0, 1, 3, 1, 0, 0, 3, 1, 0, 1, 5, 1, 0];
    assert.deepEqual([...found!.places], places);
  });

  it('leave out categories, missing values, and features without a frequent bin', async () => {
    const often = Array.from({ length: 100 }, (_, i) => (i < 25 ? 2 : 1));
    const columns = [column(0), column(1), column(2), column(3), column(4), column(5, 0), often, column(7)];
    const found = await find(columns, 4, [...new Array<boolean>(7).fill(false), true]);
    const offsets = found!.places.filter((_, i) => i % 4 === 1);
    assert.deepEqual([...offsets], [1, 3, 5, 7, 9, 0, 0, 0]);
    assert.equal(found!.columns, 4);
  });

  it('have 255 values at most', async () => {
    const found = await find(
      Array.from({ length: 90 }, (_, i) => column(i)),
      8,
    );
    assert.equal(found!.columns, Math.ceil(90 / 42));
    assert.equal(Math.max(...found!.places.filter((_, i) => i % 4 === 1)), 1 + 41 * 6);
  });

  it('are not made where they save little', async () => {
    assert.equal(await find([column(0), column(0), column(0), column(0), column(1)]), undefined);
  });
});
