import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearnError, type LearnErrorCode } from '@trainyard/data';
import { findModel } from '@trainyard/models';
import { smallData, smallModel } from '../test-model.js';
import { fromXGBoostJson } from './read.js';
import { toXGBoostJson } from './write.js';

test('what we write we read: the same predictions, names and task', async () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    const artifact = await smallModel(task);
    const { x, classes = [] } = smallData(task);
    const imported = fromXGBoostJson(toXGBoostJson(artifact), { classes });
    assert.deepEqual([imported.task, imported.names, imported.classes], [task, x.names, classes]);
    const actual = findModel(imported.model).load(imported.artifact).predict(x);
    const expected = findModel('lightgbm').load(artifact).predict(x);
    (expected.probabilities ?? expected.values).forEach((value, i) => {
      assert.ok(Math.abs((actual.probabilities ?? actual.values)[i]! - value) < 1e-5);
    });
  }
});

test('a right child follows its left one: XGBoost looks nowhere else', async () => {
  const { trees } = JSON.parse(toXGBoostJson(await smallModel('binary'))).learner.gradient_booster.model;
  for (const { left_children: left, right_children: right } of trees) {
    left.forEach((child: number, node: number) => {
      assert.equal(right[node], child === -1 ? -1 : child + 1);
    });
  }
});

test('categories kept by XGBoost 3.1 and later come with their columns', async () => {
  const json = JSON.parse(toXGBoostJson(await smallModel('binary')));
  const values = [...Buffer.from('blåred')].map((byte) => (byte > 127 ? byte - 256 : byte));
  const enc = [
    { offsets: [], values: [] },
    { offsets: [0, 4, 7], values },
    { type: 15, values: [10, 20] },
  ];
  json.learner.gradient_booster.model.cats = { enc, feature_segments: [0, 0, 2, 4], sorted_idx: [] };
  const { categories } = fromXGBoostJson(JSON.stringify(json));
  assert.deepEqual(categories, [undefined, ['blå', 'red'], ['10', '20']]);
});

// biome-ignore lint/suspicious/noExplicitAny: the tests break the file in ways that no type allows
type Any = any;

test('bad input: each fault is named', async () => {
  const good = toXGBoostJson(await smallModel('binary'));
  const broken = (change: (learner: Any, trees: Any[]) => void): string => {
    const json = JSON.parse(good);
    change(json.learner, json.learner.gradient_booster.model.trees);
    return JSON.stringify(json);
  };
  const cases: [string, LearnErrorCode, RegExp][] = [
    ['binf\x00', 'ARTIFACT_INVALID', /save it as .json, not .ubj/],
    ['[]', 'ARTIFACT_INVALID', /no learner/],
    [broken((learner) => delete learner.objective), 'ARTIFACT_INVALID', /no objective/],
    [broken((learner) => (learner.objective.name = 'survival:cox')), 'OPTION_UNSUPPORTED', /survival:cox/],
    [broken((learner) => (learner.gradient_booster.name = 'gblinear')), 'OPTION_UNSUPPORTED', /gblinear/],
    [broken((learner) => (learner.learner_model_param.base_score = 'x')), 'ARTIFACT_INVALID', /base_score is x/],
    [broken((_, trees) => trees[0].left_children.pop()), 'ARTIFACT_INVALID', /right_children/],
    [broken((_, trees) => (trees[0].left_children[0] = 0)), 'ARTIFACT_INVALID', /tree 0 has a wrong node 0/],
    [broken((_, trees) => (trees[1].split_indices[0] = 3)), 'ARTIFACT_INVALID', /tree 1 has a wrong node/],
    [broken((_, trees) => (trees[0].tree_param.size_leaf_vector = '3')), 'OPTION_UNSUPPORTED', /several values/],
    [broken((_, trees) => trees.pop()), 'ARTIFACT_INVALID', /tree_info/],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(
      () => fromXGBoostJson(text),
      (error: unknown) => error instanceof LearnError && error.code === code && message.test(error.message),
      String(message),
    );
  }
});
