import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sequence } from '../test-memory.js';
import { METRIC } from './kernels.js';
import { NeighbourSearch } from './search.js';

type Metric = keyof typeof METRIC;

/** Every distance in f64, then sorted by distance and row. */
function slowly(
  x: Float32Array,
  cols: number,
  queries: Float32Array,
  k: number,
  metric: Metric,
  power: number,
): number[] {
  const found: number[] = [];
  for (let q = 0; q < queries.length; q += cols) {
    const distances = Array.from({ length: x.length / cols }, (_, row) => {
      let sum = 0;
      let most = 0;
      let [dot, aa, bb] = [0, 0, 0];
      for (let j = 0; j < cols; j++) {
        const [a, b] = [queries[q + j]!, x[row * cols + j]!];
        const d = Math.abs(a - b);
        most = Math.max(most, d);
        sum += metric === 'euclidean' ? d * d : metric === 'manhattan' ? d : d ** power;
        dot += a * b;
        aa += a * a;
        bb += b * b;
      }
      if (metric === 'chebyshev') return most;
      if (metric === 'cosine') return aa === 0 || bb === 0 ? 1 : Math.max(0, 1 - dot / Math.sqrt(aa * bb));
      return sum;
    });
    const order = [...distances.keys()].sort((a, b) => distances[a]! - distances[b]! || a - b);
    found.push(...order.slice(0, k));
  }
  return found;
}

function nearest(
  x: Float32Array,
  cols: number,
  queries: Float32Array,
  {
    k = 5,
    metric = 'euclidean' as Metric,
    method = 'products' as 'products' | 'tree' | 'scan',
    power = 3,
    leafSize = 3,
  },
): number[] {
  const search = NeighbourSearch.over(x, cols, { k, metric, method, power, leafSize }, 1);
  return [...search.nearest(queries, queries.length / cols).rows];
}

const integers = (random: () => number) => Math.floor(random() * 3);
const normal = (random: () => number) => random() + random() + random() - 1.5;
const skewed = (random: () => number) => Math.fround(1e4 + (random() < 0.02 ? 500 : 1) * (random() - 0.5));

function matrix(values: (random: () => number) => number, rows: number, cols: number, seed: number): Float32Array {
  const random = sequence(seed);
  return Float32Array.from({ length: rows * cols }, () => values(random));
}

describe('nearest neighbours', () => {
  const kinds = { 'many ties': integers, 'usual values': normal, 'far from 0 and heavy-tailed': skewed };
  for (const [name, values] of Object.entries(kinds)) {
    it(`of ${name} are those of looking at every row in f64`, () => {
      for (const [rows, cols] of [
        [1, 4],
        [7, 5],
        [65, 4],
        [301, 7],
        [300, 33],
      ] as const) {
        const x = matrix(values, rows, cols, rows);
        const queries = matrix(values, 9, cols, 77);
        const k = Math.min(5, rows);
        for (const method of ['products', 'tree', 'scan'] as const) {
          const expected = slowly(x, cols, queries, k, 'euclidean', 2);
          assert.deepEqual(nearest(x, cols, queries, { method }), expected, `${method}, ${rows} x ${cols}`);
        }
      }
    });
  }

  it('by every metric and method that has it are those of the definition', () => {
    const x = matrix(integers, 200, 21, 3);
    x.fill(0, 50 * 21, 52 * 21);
    const queries = matrix(integers, 8, 21, 4);
    queries.fill(0, 0, 21);
    for (const metric of Object.keys(METRIC) as Metric[]) {
      for (const method of ['products', 'tree', 'scan'] as const) {
        if (method === 'products' && metric !== 'euclidean' && metric !== 'cosine') continue;
        if (method === 'tree' && metric === 'cosine') continue;
        // Cosines of equal angles differ in the last place with the order of their products: usual values have no ties.
        const [rows, asked] =
          metric === 'cosine' ? [matrix(normal, 200, 21, 3).fill(0, 21, 63), matrix(normal, 8, 21, 4)] : [x, queries];
        if (metric === 'cosine') asked.fill(0, 0, 21);
        const expected = slowly(rows, 21, asked, 6, metric, 3);
        assert.deepEqual(nearest(rows, 21, asked, { k: 6, metric, method }), expected, `${metric} by ${method}`);
      }
    }
  });

  it('of queries far outside of the training rows are exact too', () => {
    const x = matrix(normal, 150, 6, 5);
    const queries = matrix(normal, 5, 6, 6).map((value, i) => (i < 18 ? value * 1e6 : value));
    assert.deepEqual(nearest(x, 6, queries, {}), slowly(x, 6, queries, 5, 'euclidean', 2));
  });

  it('of equal rows are the first ones', () => {
    const x = new Float32Array(5000 * 8).fill(2.5);
    assert.deepEqual(nearest(x, 8, x.slice(0, 16), { k: 3 }), [0, 1, 2, 0, 1, 2]);
    assert.deepEqual(nearest(x, 8, x.slice(0, 16), { k: 3, method: 'tree' }), [0, 1, 2, 0, 1, 2]);
  });

  it('are all rows when fewer than k are there', () => {
    const x = matrix(normal, 3, 4, 1);
    assert.deepEqual(nearest(x, 4, x.slice(0, 4), { k: 9 }), slowly(x, 4, x.slice(0, 4), 3, 'euclidean', 2));
  });

  it('are the same from one thread and from three, in one chunk of queries and in several', async () => {
    const x = matrix(normal, 500, 12, 8);
    const queries = matrix(normal, 2500, 12, 9);
    const options = { k: 4, metric: 'euclidean', method: 'products', power: 2, leafSize: 30 } as const;
    const alone = NeighbourSearch.over(x, 12, options, 1);
    const three = NeighbourSearch.over(x, 12, options, 3);
    await three.join();
    assert.deepEqual(three.nearest(queries, 2500), alone.nearest(queries, 2500));
    assert.deepEqual([...three.nearest(queries, 1).rows], [...alone.nearest(queries, 1).rows]);
    await three.close();
  });

  it('say how much memory is missing', () => {
    const x = { length: 4e9 } as Float32Array;
    const options = { k: 4, metric: 'euclidean', method: 'products', power: 2, leafSize: 30 } as const;
    assert.throws(() => NeighbourSearch.over(x, 1000, options, 1), /need [\d.]+ GB/);
  });
});
