import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allRows, createRandom } from '@trainyard/data';
import { binsOf } from './bins.js';
import { populationStability } from './population-stability.js';
import { type NumberReference, numberReference, referenceOf } from './reference.js';
import { SlidingCounts } from './sliding-counts.js';

const near = (actual: number, expected: number, by = 1e-9) =>
  assert.ok(Math.abs(actual - expected) < by, `${actual}, not ${expected}`);

describe('the population stability index', () => {
  it('is the sum of (q - p) ln(q / p), whatever the sizes of the samples', () => {
    near(populationStability([50, 30, 20], [5, 3, 2]), 0);
    const expected = 0.1 * Math.log(0.3 / 0.2) + -0.1 * Math.log(0.4 / 0.5);
    near(populationStability([500, 300, 200], [4, 3, 3]), expected);
    near(populationStability([4, 3, 3], [9, 9, 500, 300, 200], 2), expected);
  });

  it('stays finite where bins are empty, and an empty bin on both sides tells nothing', () => {
    const index = populationStability([100, 100, 0, 0], [0, 100, 100, 0]);
    assert.ok(index > 1 && Number.isFinite(index), `${index}`);
    near(populationStability([100, 100, 0], [0, 100, 100]), index);
  });

  it('of two samples of one population is what chance makes of it', () => {
    const random = createRandom(3);
    const [n, m, bins] = [500, 2000, 10];
    const indices = Array.from({ length: 200 }, () => {
      const draw = (rows: number) => {
        const counts = new Array<number>(bins).fill(0);
        for (let i = 0; i < rows; i++) counts[random.integer(bins)]!++;
        return counts;
      };
      return populationStability(draw(m), draw(n));
    });
    // Yurdakul (2018): its mean is (bins - 1)(1 / n + 1 / m).
    near(indices.reduce((sum, index) => sum + index, 0) / indices.length, (bins - 1) * (1 / n + 1 / m), 0.003);
  });
});

describe('a reference', () => {
  const numbers = (values: number[]) => numberReference('x', Float64Array.from(values))!;

  it('has ten bins of as many rows each, and missing ones apart', () => {
    const random = createRandom(1);
    const values = Array.from({ length: 1000 }, () => random.normal());
    const { edges, counts } = numbers([...values, ...new Array(100).fill(Number.NaN)]);
    assert.equal(edges.length, 9);
    assert.deepEqual(counts, [...new Array(10).fill(100), 100]);
  });

  it('counts few different numbers one by one, and tells a constant from what is less or more', () => {
    const booleans = numbers(Array.from({ length: 90 }, (_, i) => (i % 3 === 0 ? 1 : 0)));
    assert.deepEqual([booleans.edges, booleans.counts], [[0.5], [60, 30, 0]]);
    const bins = binsOf(booleans);
    assert.deepEqual([false, true, 0, 1, null, undefined, Number.NaN].map(bins.binOf), [0, 1, 0, 1, 2, 2, 2]);
    for (const value of [0, -7.3, 1e12]) {
      const constant = binsOf(numbers(new Array(50).fill(value)));
      const more = value + Math.max(1, Math.abs(value)) / 1000;
      const less = value - Math.max(1, Math.abs(value)) / 1000;
      assert.deepEqual([less, value, more].map(constant.binOf), [0, 1, 2]);
    }
  });

  it('keeps a value that many rows have in a bin of its own', () => {
    const values = Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i));
    const { edges, counts } = numbers(values);
    assert.equal(edges[0], 0);
    assert.equal(counts[0], 700);
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      1000,
    );
  });

  it('has the most frequent texts, all others together, and missing ones', () => {
    const categories = Array.from({ length: 50 }, (_, i) => `c${i}`);
    const codes = Int32Array.from({ length: 1000 }, (_, i) => (i < 500 ? i % 10 : i < 900 ? i % 50 : -1));
    const column = { kind: 'categorical', name: 'c', codes, categories } as const;
    const reference = referenceOf(column, allRows(1000))!;
    assert.ok(reference.kind === 'category' && reference.values.length === 10 && reference.values.includes('c3'));
    assert.deepEqual(reference.counts.slice(-2), [320, 100]);
    const bins = binsOf(reference);
    assert.equal(bins.binOf(reference.values[4]), 4);
    assert.deepEqual(['c49', 7, true, null, undefined].map(bins.binOf), [10, 10, 10, 11, 11]);
    assert.equal(bins.labels().length, bins.width);
  });

  it('has fewer bins of few rows, none of very few, and none of dates', () => {
    assert.equal(numbers(Array.from({ length: 69 }, (_, i) => i)).edges.length, 2);
    assert.equal(numberReference('x', new Float64Array(39)), undefined);
    const dates = { kind: 'numeric', name: 'd', values: new Float64Array(100), date: true } as const;
    assert.equal(referenceOf(dates, allRows(100)), undefined);
  });

  it('of a column that is missing throughout sees values come', () => {
    const empty: NumberReference = numbers(new Array(60).fill(Number.NaN));
    const bins = binsOf(empty);
    assert.deepEqual([bins.width, bins.binOf(5), bins.binOf(null), bins.labels().length], [2, 0, 1, 2]);
  });
});

describe('a sliding window', () => {
  it('forgets slice by slice, by time and only with enough rows, in constant memory', () => {
    const window = new SlidingCounts(2, { slices: 3, sliceMs: 100, sliceRows: 10 });
    const add = (now: number, rows: number, bin: number) => {
      window.moveTo(now);
      for (let i = 0; i < rows; i++) {
        window.addRow();
        window.add(bin);
      }
      return [window.rows, ...window.totals];
    };
    assert.deepEqual(add(0, 10, 0), [10, 10, 0]);
    assert.deepEqual(add(99, 5, 0), [15, 15, 0], 'not long enough');
    assert.deepEqual(add(100, 9, 1), [24, 15, 9]);
    assert.deepEqual(add(300, 1, 1), [25, 15, 10], 'not enough rows');
    assert.deepEqual(add(301, 10, 1), [35, 15, 20]);
    assert.deepEqual(add(1000, 10, 1), [30, 0, 30], 'the first slice is gone');
    assert.deepEqual(add(1100, 0, 1), [20, 0, 20]);
  });
});
