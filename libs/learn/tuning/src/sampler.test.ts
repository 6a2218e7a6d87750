import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import type { SearchSpace } from '@trainyard/models';
import { gridSampler, randomSampler, samplerFor } from './index.js';

const space: SearchSpace = {
  rate: { type: 'float', low: 1e-4, high: 1, log: true },
  share: { type: 'float', low: -1, high: 1 },
  depth: { type: 'int', low: 2, high: 6 },
  leaves: { type: 'int', low: 1, high: 1024, log: true },
  bins: { type: 'int', low: 10, high: 45, step: 10 },
  kind: { type: 'categorical', choices: ['a', 1, false, null] },
};

describe('random sampler', () => {
  it('gives each trial by its seed and number alone', () => {
    const again = randomSampler(Object.fromEntries(Object.entries(space).reverse()), 3);
    const sampler = randomSampler(space, 3);
    const trials = Array.from({ length: 50 }, (_, n) => sampler.sample(n));
    for (let n = 49; n >= 0; n--) assert.deepEqual(again.sample(n), trials[n]);
    assert.equal(new Set(trials.map((trial) => JSON.stringify(trial))).size, 50);
    assert.notDeepEqual(randomSampler(space, 4).sample(0), trials[0]);
  });

  it('stays in range, reaches the ends and spreads log dimensions over their decades', () => {
    const sampler = randomSampler(space, 1);
    const trials = Array.from({ length: 2000 }, (_, n) => sampler.sample(n));
    const values = (name: string) => trials.map((trial) => trial[name]);
    assert.deepEqual([...new Set(values('depth'))].sort(), [2, 3, 4, 5, 6]);
    assert.deepEqual([...new Set(values('bins'))].sort(), [10, 20, 30, 40]);
    assert.equal(new Set(values('kind')).size, 4);
    const rates = values('rate') as number[];
    assert.ok(rates.every((rate) => rate >= 1e-4 && rate <= 1));
    const low = rates.filter((rate) => rate < 1e-2).length / rates.length;
    assert.ok(Math.abs(low - 0.5) < 0.05, `half of the rates lie in the lower two decades, not ${low}`);
    const leaves = values('leaves') as number[];
    assert.ok(leaves.every((leaf) => Number.isInteger(leaf) && leaf >= 1 && leaf <= 1024));
    assert.ok(leaves.includes(1));
    const mean = (values('share') as number[]).reduce((a, b) => a + b) / trials.length;
    assert.ok(Math.abs(mean) < 0.06);
  });
});

describe('grid sampler', () => {
  it('gives every combination once', () => {
    const sampler = gridSampler({
      a: { type: 'int', low: 1, high: 3 },
      b: { type: 'float', low: 0.01, high: 100, log: true },
      c: { type: 'categorical', choices: ['x', null] },
    });
    assert.equal(sampler.size, 30);
    const trials = Array.from({ length: 30 }, (_, n) => sampler.sample(n));
    assert.equal(new Set(trials.map((trial) => JSON.stringify(Object.entries(trial).sort()))).size, 30);
    assert.deepEqual(sampler.sample(30), trials[0]);
    const rates = [...new Set(trials.map((trial) => trial.b as number))];
    [0.01, 0.1, 1, 10, 100].forEach((rate, i) => {
      assert.ok(Math.abs(rates[i]! / rate - 1) < 1e-12);
    });
  });
});

it('refuses an unknown strategy by the field', () => {
  assert.throws(
    () => samplerFor('tpe', space, 1),
    (error) =>
      error instanceof LearnError && error.code === 'OPTION_UNSUPPORTED' && error.where.field === 'search.strategy',
  );
});
