import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeArtifact, findModel, listModels } from './index.js';

interface Golden {
  readonly model: string;
  readonly names: readonly string[];
  readonly categorical: readonly boolean[];
  /** Row-major; null is missing. */
  readonly x: readonly (number | null)[];
  readonly values: readonly number[];
  readonly probabilities?: readonly number[];
  readonly scores?: readonly number[];
  /** Of the interval of 0.8. */
  readonly lower?: readonly number[];
  readonly upper?: readonly number[];
}

const folder = new URL('../src/fixtures/golden/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.model'))
  .map((file) => file.replace(/\.model$/, ''));

for (const name of names) {
  test(`the artifact ${name} still loads and predicts as on the day it was written`, () => {
    const golden = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;
    const model = findModel(golden.model).load(decodeArtifact(readFileSync(new URL(`${name}.model`, folder))));
    const data = Float32Array.from(golden.x, (value) => value ?? Number.NaN);
    const cols = golden.names.length;
    const { categorical } = golden;
    const x = { rows: data.length / cols, cols, names: golden.names, categorical, data };
    const said = model.predict(x);
    const interval = golden.lower && model.predictUncertainty!(x, 0.8);
    for (const [actual, expected] of [
      [said.values, golden.values],
      [said.probabilities ?? [], golden.probabilities ?? []],
      [said.scores ?? [], golden.scores ?? []],
      [interval?.lower ?? [], golden.lower ?? []],
      [interval?.upper ?? [], golden.upper ?? []],
    ] as const) {
      assert.equal(actual.length, expected.length);
      expected.forEach((value, i) => {
        const difference = Math.abs(actual[i]! - value);
        assert.ok(difference <= 1e-6 * Math.max(1, Math.abs(value)), `value ${i} is ${actual[i]}, not ${value}`);
      });
    }
  });
}

test('every model has a golden artifact of each of its tasks', () => {
  const missing = listModels().flatMap(({ name, tasks }) =>
    tasks.map((task) => `${name}-${task}-v`).filter((start) => !names.some((file) => file.startsWith(start))),
  );
  assert.deepEqual(
    missing,
    [],
    'run libs/learn/models/src/fixtures/golden/make.mjs after tsc, and commit what it writes',
  );
});
