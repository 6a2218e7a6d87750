import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearnError } from '@trainyard/data';
import { findModel } from '@trainyard/models';
import { smallData, smallModel } from '../test-model.js';
import { readTreeModel, writeTreeModel } from './artifact.js';
import { foldInit, type Tree, type TreeModel } from './tree.js';

test('an artifact read and written again predicts the same', async () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    const artifact = await smallModel(task);
    const { x } = smallData(task);
    const again = writeTreeModel(readTreeModel(artifact));
    const { load } = findModel('lightgbm');
    assert.deepEqual(load(again).predict(x), load(artifact).predict(x));
  }
});

test('initial scores fold into the first tree of each output', () => {
  const leaf = (value: number): Tree => ({ kind: 'leaf', value, cover: 1 });
  const model = { init: [10, 20], trees: [leaf(1), leaf(2), leaf(3), leaf(4)] } as unknown as TreeModel;
  const folded = foldInit(model);
  assert.deepEqual(folded.trees, [leaf(11), leaf(22), leaf(3), leaf(4)]);
  assert.deepEqual(folded.init, [0, 0]);
  assert.deepEqual(foldInit({ ...model, trees: [] }).trees.length, 2);
});

function modelOf(trees: readonly Tree[]): TreeModel {
  return {
    model: 'lightgbm',
    task: 'regression',
    loss: { name: 'squared' },
    names: ['c'],
    classes: [],
    init: [0],
    trees,
  };
}

/** 400 categories, each alone on the left of a split of its own. */
function chain(categories: number, group: (code: number) => number[]): Tree[] {
  const [left, right] = [1, 0].map((value): Tree => ({ kind: 'leaf', value, cover: 1 })) as [Tree, Tree];
  return Array.from({ length: categories }, (_, code) => {
    const shared = { kind: 'category', column: 0, missingLeft: false, gain: 1, cover: 1 } as const;
    return { ...shared, codes: group(code), left, right };
  });
}

test('categories that no split tells apart share a bin; more than 255 groups are refused', () => {
  const all = Array.from({ length: 400 }, (_, code) => code);
  const artifact = writeTreeModel(modelOf(chain(2, (t) => all.filter((code) => code % 2 === t))));
  const model = findModel('lightgbm').load(artifact);
  const data = Float32Array.of(0, 399, 400, Number.NaN);
  assert.deepEqual([...model.predict({ rows: 4, cols: 1, names: ['c'], data }).values], [1, 1, 0, 0]);
  assert.throws(
    () => writeTreeModel(modelOf(chain(400, (code) => [code]))),
    (error: unknown) => error instanceof LearnError && error.code === 'OPTION_UNSUPPORTED' && /255/.test(error.message),
  );
});
