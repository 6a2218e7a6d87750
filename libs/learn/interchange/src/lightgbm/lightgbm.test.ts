import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LearnError, type LearnErrorCode } from '@trainyard/data';
import { createModel, findModel } from '@trainyard/models';
import { smallData, smallModel } from '../test-model.js';
import { fromLightGBMText } from './read.js';
import { featureNames, toLightGBMText } from './write.js';

const { load } = findModel('lightgbm');

test('what we write we read: the same predictions, names and task', async () => {
  for (const task of ['binary', 'multiclass', 'regression'] as const) {
    const artifact = await smallModel(task);
    const { x, classes = [] } = smallData(task);
    const imported = fromLightGBMText(toLightGBMText(artifact), { classes });
    assert.deepEqual([imported.task, imported.names, imported.classes], [task, x.names, classes]);
    const [actual, expected] = [load(imported.artifact).predict(x), load(artifact).predict(x)];
    (expected.probabilities ?? expected.values).forEach((value, i) => {
      assert.ok(Math.abs((actual.probabilities ?? actual.values)[i]! - value) < 1e-5);
    });
  }
});

test('tree_sizes are the bytes of each block', async () => {
  const text = toLightGBMText(await smallModel('multiclass'));
  const sizes = /tree_sizes=(.*)/.exec(text)![1]!.split(' ').map(Number);
  assert.equal(sizes.length, 12);
  let at = text.indexOf('Tree=0\n');
  sizes.forEach((size, t) => {
    assert.ok(text.startsWith(`Tree=${t}\n`, at));
    at += size;
  });
  assert.ok(text.startsWith('end of trees', at));
});

test('names that LightGBM refuses are changed and stay different', () => {
  assert.deepEqual(featureNames(['a b', 'a_b', 'c[1]', '']), ['a_b', 'a_b_1', 'c_1_', '_']);
});

test('pandas categories come with their columns', async () => {
  const text = toLightGBMText(await smallModel('binary'));
  const { categories } = fromLightGBMText(`${text}\npandas_categorical:[["x", "y", 3]]\n`);
  assert.deepEqual(categories, [undefined, ['x', 'y', '3'], undefined]);
});

test('bad input: each fault is named', async () => {
  const good = toLightGBMText(await smallModel('binary'));
  const cases: [string, LearnErrorCode, RegExp, Parameters<typeof fromLightGBMText>[1]?][] = [
    ['{"learner": {}}', 'ARTIFACT_INVALID', /begin with "tree"/],
    [good.slice(0, good.length / 2), 'ARTIFACT_INVALID', /cut short/],
    [good.replace(/max_feature_idx=.*/, ''), 'ARTIFACT_INVALID', /max_feature_idx/],
    [good.replace(/leaf_value=\S+ /, 'leaf_value='), 'ARTIFACT_INVALID', /leaf_value/],
    [good.replace(/split_feature=\d+/, 'split_feature=77'), 'ARTIFACT_INVALID', /tree 0 has a wrong node/],
    [good.replace(/left_child=\S+/, 'left_child=0'), 'ARTIFACT_INVALID', /wrong node 0/],
    [good.replace('is_linear=0', 'is_linear=1'), 'OPTION_UNSUPPORTED', /linear trees/],
    [good.replace('objective=binary', 'objective=multiclassova'), 'OPTION_UNSUPPORTED', /multiclassova/],
    [good.replace(/objective=.*\n/, ''), 'OPTION_UNSUPPORTED', /give the task/],
    [good, 'TASK_UNSUPPORTED', /binary, not regression/, { task: 'regression' }],
    [good, 'PARAMETER_INVALID', /3 features, but 1 names/, { names: ['a'] }],
    [good, 'PARAMETER_INVALID', /named "a"/, { names: ['a', 'a', 'b'] }],
    [good, 'PARAMETER_INVALID', /2 classes, but 1/, { classes: ['a', 'a'] }],
  ];
  for (const [text, code, message, options] of cases) {
    assert.throws(
      () => fromLightGBMText(text, options),
      (error: unknown) => error instanceof LearnError && error.code === code && message.test(error.message),
      String(message),
    );
  }
});

test('bad input: only boosted trees can be written as text', async () => {
  const model = createModel(findModel('dummy'), {}, 'binary');
  await model.fit(smallData('binary'), { seed: 1 });
  assert.throws(() => toLightGBMText(model.save()), /OPTION_UNSUPPORTED|trainyard.dummy/);
});
