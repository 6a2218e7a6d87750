import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '@trainyard/data';
import { findCuts } from './bins.js';

/** The same cuts by walking over every run of equal values; returns how many values lie in each bin. */
function binSizes(values: readonly number[], maxBin: number): number[] {
  const runs: number[] = [];
  values.forEach((value, i) => {
    if (i > 0 && values[i - 1] === value) runs[runs.length - 1]!++;
    else runs.push(1);
  });
  const few = runs.length <= maxBin;
  const sizes = [0];
  let left = values.length;
  runs.forEach((run, i) => {
    sizes[sizes.length - 1]! += run;
    const size = sizes.at(-1)!;
    const target = few ? 0 : left / (maxBin - sizes.length + 1);
    const nextFillsOwn = i + 1 < runs.length && runs[i + 1]! > target;
    if (i + 1 === runs.length || sizes.length === maxBin || !(size >= target || nextFillsOwn)) return;
    left -= size;
    sizes.push(0);
  });
  return sizes;
}

describe('cuts', () => {
  const random = createRandom(4);
  const SAMPLES: Record<string, (i: number) => number> = {
    'all different': () => random.next(),
    'a few values': () => Math.floor(random.next() * 9),
    'whole numbers, small ones far more often': () => Math.floor(random.next() ** 6 * 3000),
    'mostly 0': () => (random.next() < 0.9 ? 0 : random.next() - 0.5),
    'one value': () => 3,
  };
  for (const [name, sample] of Object.entries(SAMPLES)) {
    it(`part the values as walking over them does: ${name}`, () => {
      for (const n of [1, 2, 50, 3000]) {
        const values = Float32Array.from({ length: n }, (_, i) => sample(i)).sort();
        for (const maxBin of [2, 3, 16, 255]) {
          const cuts = new Float32Array(256).fill(Number.POSITIVE_INFINITY);
          const found = findCuts(values, maxBin, cuts);
          const sizes = new Array<number>(found + 1).fill(0);
          for (const value of values) sizes[cuts.subarray(0, found).filter((cut) => cut < value).length]!++;
          assert.deepEqual(sizes, binSizes([...values], maxBin), `${n} values, ${maxBin} bins`);
        }
      }
    });
  }
});
