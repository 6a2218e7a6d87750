import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence, TestMemory } from '../test-memory.js';
import type { BoostingKernels } from './kernels.js';
import { leafGain, leafWeight, type WeightBounds } from './leaf-weight.js';

type Cell = readonly [gradient: number, hessian: number];
interface Found {
  readonly gain: number;
  readonly feature: number;
  readonly left: Cell;
}

const LAMBDA = 2;
const ALPHA = 3;
const LEAST = 20;

function score([g, h]: Cell, lambda = LAMBDA): number {
  return Math.max(Math.abs(g) - ALPHA, 0) ** 2 / (h + lambda);
}

const add = (a: Cell, b: Cell): Cell => [a[0] + b[0], a[1] + b[1]];
const subtract = (a: Cell, b: Cell): Cell => [a[0] - b[0], a[1] - b[1]];
const total = (cells: readonly Cell[]): Cell => cells.reduce(add, [0, 0]);

/** Every numeric split of every feature, missing values (bin 0) on either side, in plain TypeScript. */
function bestNumeric(features: readonly (readonly Cell[])[]): Found {
  const whole = total(features[0]!);
  let best: Found = { gain: score(whole), feature: -1, left: [0, 0] };
  features.forEach((cells, feature) => {
    for (const start of [0, 1]) {
      for (let end = start; end < cells.length; end++) {
        const left = total(cells.slice(start, end + 1));
        const right = subtract(whole, left);
        const gain = score(left) + score(right);
        if (left[1] >= LEAST && right[1] >= LEAST && gain > best.gain) best = { gain, feature, left };
      }
    }
  });
  return best;
}

/** Histograms of the same rows by several features: the same totals everywhere. */
function sampleFeatures(seed: number, bins: number, missing: boolean): Cell[][] {
  const random = sequence(seed);
  const features = Array.from({ length: 3 }, () => Array.from({ length: bins }, (): Cell => [0, 0]));
  for (let row = 0; row < 2000; row++) {
    const x = random();
    const pair: Cell = [Math.floor(random() * 9) - 4 + (x > 0.6 ? 3 : 0), Math.floor(random() * 4)];
    features.forEach((cells, f) => {
      const value = f === 1 ? x : random();
      const bin = missing && random() < 0.2 ? 0 : 1 + Math.floor(value * (bins - 1));
      cells[bin] = add(cells[bin]!, pair);
    });
  }
  return features;
}

function scan(
  features: readonly (readonly Cell[])[],
  exact: boolean,
  limit?: { readonly monotone: readonly number[]; readonly bounds: WeightBounds },
): Found & { readonly bin: number } {
  const memory = new TestMemory<BoostingKernels>();
  const [g, h] = total(features[0]!);
  const cells = features.flatMap((feature) => Array.from({ length: 256 }, (_, bin): Cell => feature[bin] ?? [0, 0]));
  const histogram = exact
    ? memory.place(Float64Array.from(cells.flat()))
    : memory.place(Int32Array.from(cells.flatMap(([a, b]) => [b, a])));
  const bins = memory.place(Int32Array.from(features, (feature) => feature.length));
  const best = memory.reserve(128);
  memory.doubles(best, 1)[0] = score([g, h]);
  memory.words(best, 4)[2] = -1;
  if (limit === undefined) {
    const kernel = exact ? memory.kernels.scanExact : memory.kernels.scanPacked;
    kernel(histogram, 0, features.length, bins, 256, g, h, LAMBDA, ALPHA, LEAST, best);
  } else {
    const { monotone, bounds } = limit;
    const penalties = { lambda: LAMBDA, alpha: ALPHA, maxDeltaStep: 0 };
    memory.doubles(best, 1)[0] = leafGain({ gradient: g, hessian: h }, penalties, bounds);
    memory.kernels.scanConstrained(
      ...([histogram, exact ? 1 : 0, 0, features.length, bins, 256, memory.place(Uint8Array.from(monotone))] as const),
      ...([g, h, LAMBDA, ALPHA, LEAST, bounds.lower, bounds.upper, best] as const),
    );
  }
  const [gain, , , gradient, hessian] = memory.doubles(best, 5);
  const [, , feature, bin] = memory.words(best, 4);
  return { gain: gain!, feature: feature!, bin: bin!, left: [gradient!, hessian!] };
}

describe('numeric split scan', () => {
  for (const exact of [false, true]) {
    for (const missing of [false, true]) {
      it(`${exact ? 'exact' : 'packed'}, ${missing ? 'with' : 'without'} missing values, finds what trying all splits finds`, () => {
        for (const bins of [2, 3, 7, 64, 255, 256]) {
          const features = sampleFeatures(bins, bins, missing);
          const expected = bestNumeric(features);
          const found = scan(features, exact);
          assert.equal(found.feature, expected.feature, `${bins} bins`);
          if (expected.feature < 0) continue;
          // Near-equal splits may swap in f32, so the gain decides; the sums must be those of the split found.
          assert.ok(Math.abs(found.gain - expected.gain) < 1e-5 * expected.gain, `${found.gain} for ${expected.gain}`);
          const gain = score(found.left) + score(subtract(total(features[0]!), found.left));
          assert.ok(Math.abs(gain - expected.gain) < 1e-5 * expected.gain);
        }
      });
    }
  }

  it('finds nothing where every child would be too small', () => {
    assert.equal(
      scan(
        [
          [
            [0, 0],
            [5, LEAST - 1],
            [-9, 100],
          ],
        ],
        false,
      ).feature,
      -1,
    );
    assert.equal(
      scan(
        [
          [
            [0, 0],
            [5, LEAST - 1],
            [-9, 100],
          ],
        ],
        true,
      ).feature,
      -1,
    );
  });
});

describe('constrained split scan', () => {
  /** The best split by trying all, with weights in [lower, upper] and the right weight not below (1) or above (-1) the left. */
  function bestLimited(features: Cell[][], monotone: readonly number[], { lower, upper }: WeightBounds): Found {
    const penalties = { lambda: LAMBDA, alpha: ALPHA, maxDeltaStep: 0 };
    const sums = ([gradient, hessian]: Cell) => ({ gradient, hessian });
    const weight = (cell: Cell) => leafWeight(sums(cell), penalties, { lower, upper });
    const gainOf = (cell: Cell) => leafGain(sums(cell), penalties, { lower, upper });
    const whole = total(features[0]!);
    let best: Found = { gain: gainOf(whole), feature: -1, left: [0, 0] };
    features.forEach((cells, feature) => {
      for (const start of [0, 1]) {
        for (let end = start; end < cells.length; end++) {
          const left = total(cells.slice(start, end + 1));
          const right = subtract(whole, left);
          if (left[1] < LEAST || right[1] < LEAST) continue;
          if (monotone[feature]! * (weight(right) - weight(left)) < 0) continue;
          const gain = gainOf(left) + gainOf(right);
          if (gain > best.gain) best = { gain, feature, left };
        }
      }
    });
    return best;
  }

  const CASES = [
    { monotone: [0, 0, 0], bounds: { lower: -0.2, upper: 0.2 } },
    { monotone: [1, -1, 1], bounds: { lower: -Infinity, upper: Infinity } },
    { monotone: [0, 1, 0], bounds: { lower: -Infinity, upper: Infinity } },
    { monotone: [1, 0, -1], bounds: { lower: -0.7, upper: 0.1 } },
  ];
  for (const exact of [false, true]) {
    for (const { monotone, bounds } of CASES) {
      it(`${exact ? 'exact' : 'packed'}, directions ${monotone}, weights ${bounds.lower} to ${bounds.upper}`, () => {
        for (const missing of [false, true]) {
          const features = sampleFeatures(60, 60, missing);
          const expected = bestLimited(features, monotone, bounds);
          const found = scan(features, exact, { monotone, bounds });
          assert.equal(found.feature, expected.feature);
          assert.ok(Math.abs(found.gain - expected.gain) < 1e-7 * Math.abs(expected.gain), `${found.gain}`);
          assert.deepEqual(found.left, expected.left);
        }
      });
    }
  }

  it('a clipped weight gains less than the free one, which gains shrink(G)^2 / (H + lambda)', () => {
    const penalties = { lambda: 1, alpha: 2, maxDeltaStep: 0 };
    const sums = { gradient: -12, hessian: 4 };
    assert.equal(leafWeight(sums, penalties), 2);
    assert.equal(leafGain(sums, penalties), 20);
    assert.equal(leafGain(sums, penalties, { lower: -9, upper: 9 }), 20);
    assert.equal(leafWeight(sums, { ...penalties, maxDeltaStep: 1 }), 1);
    assert.equal(leafGain(sums, { ...penalties, maxDeltaStep: 1 }), 15);
  });
});

describe('categorical split scan', () => {
  const SMOOTH = 10;
  const EXTRA = 5;

  function scanCategories(cells: readonly Cell[], exact: boolean, maxOneHot: number, maxSet = 32) {
    const memory = new TestMemory<BoostingKernels>();
    const [g, h] = total(cells);
    const histogram = exact
      ? memory.place(Float64Array.from(cells.flat()))
      : memory.place(Int32Array.from(cells.flatMap(([a, b]) => [b, a])));
    const best = memory.reserve(128);
    memory.doubles(best, 1)[0] = score([g, h]);
    memory.words(best, 4)[2] = -1;
    memory.kernels.scanCategorical(
      ...([histogram, exact ? 1 : 0, 4, cells.length, g, h, LAMBDA, ALPHA, LEAST, -Infinity, Infinity] as const),
      ...([1, SMOOTH, 0, EXTRA, maxSet, maxOneHot, 1, memory.reserve(8192), best] as const),
    );
    const set = memory.bytes(best + 40, 32);
    const chosen = cells.flatMap((_, bin) => ((set[bin >> 3]! >> (bin & 7)) & 1 ? [bin] : []));
    return { gain: memory.doubles(best, 1)[0]!, feature: memory.words(best, 4)[2]!, chosen };
  }

  const random = sequence(5);
  const cells = Array.from(
    { length: 40 },
    (): Cell => [Math.floor(random() * 200) - 100, 10 + Math.floor(random() * 50)],
  );

  for (const exact of [false, true]) {
    it(`${exact ? 'exact' : 'packed'}: one category against the rest`, () => {
      const few = cells.slice(0, 4);
      const gains = few.map((cell) => score(cell) + score(subtract(total(few), cell)));
      const { gain, chosen, feature } = scanCategories(few, exact, 4);
      assert.equal(feature, 4);
      assert.deepEqual(chosen, [gains.indexOf(Math.max(...gains))]);
      assert.ok(Math.abs(gain - Math.max(...gains)) < 1e-7 * gain);
    });

    it(`${exact ? 'exact' : 'packed'}: the best cut of the categories in the order of their ratios`, () => {
      const order = cells.map((_, bin) => bin).sort((a, b) => ratio(a) - ratio(b));
      let best = { gain: 0, chosen: [] as number[] };
      for (const direction of [order, order.toReversed()]) {
        for (let size = 1; size <= 20; size++) {
          const chosen = direction.slice(0, size);
          const left = total(chosen.map((bin) => cells[bin]!));
          const gain = score(left, LAMBDA + EXTRA) + score(subtract(total(cells), left), LAMBDA + EXTRA);
          if (gain > best.gain) best = { gain, chosen };
        }
      }
      const found = scanCategories(cells, exact, 4);
      assert.deepEqual(
        found.chosen,
        best.chosen.toSorted((a, b) => a - b),
      );
      assert.ok(Math.abs(found.gain - best.gain) < 1e-7 * best.gain);
      assert.ok(scanCategories(cells, exact, 4, 2).chosen.length <= 2, 'at most maxSet categories');
    });
  }

  function ratio(bin: number): number {
    return cells[bin]![0] / (cells[bin]![1] + SMOOTH);
  }
});
