import { test } from 'node:test';
import type { Matrix, SupervisedTask } from '@trainyard/data';
import { fromLightGBMText, toLightGBMText } from '@trainyard/interchange';
import { createModel, findModel, type Predictions } from '@trainyard/models';
import { askPeers, assertClose, matrixJob, otherRows, sampleData, skip } from './model-peers.js';

const TASKS: readonly SupervisedTask[] = ['binary', 'multiclass', 'regression'];
const x = otherRows(99);

/** What LightGBM's predict returns: the positive class's probability, all probabilities, or values. */
function asLightGBM({ values, probabilities, classes }: Predictions): ArrayLike<number> {
  if (probabilities === undefined) return values;
  return classes === 2 ? probabilities.filter((_, i) => i % 2 === 1) : probabilities;
}

test('LightGBM predicts with our lightgbm models as we do, missing values and unseen categories too', {
  skip,
}, async () => {
  const models = await Promise.all(
    TASKS.map(async (task, seed) => {
      const model = createModel(
        findModel('lightgbm'),
        { n_estimators: 12, num_leaves: 15, min_data_per_group: 5 },
        task,
      );
      await model.fit(sampleData(task, 600, seed), { seed });
      return { task, model, text: toLightGBMText(model.save()) };
    }),
  );
  const answers = await askPeers(models.map(({ text }) => ({ do: 'score_lightgbm', model: text, ...matrixJob(x) })));
  models.forEach(({ task, model, text }, i) => {
    assertClose(answers[i]!.predictions, asLightGBM(model.predict(x)), 1e-9, task);
    for (const back of [text, answers[i]!.rewritten as string]) {
      const imported = fromLightGBMText(back, { names: ['a', 'b b', 'c', 'd'] });
      assertClose(asLightGBM(predict(imported, x)), asLightGBM(model.predict(x)), 1e-6, `${task} read back`);
    }
  });
});

function predict({ model, artifact }: ReturnType<typeof fromLightGBMText>, rows: Matrix): Predictions {
  return findModel(model).load(artifact).predict(rows);
}

const PEERS: readonly { name: string; task: SupervisedTask; params: object; data?: object }[] = [
  { name: 'binary', task: 'binary', params: { objective: 'binary', sigmoid: 0.7 } },
  { name: 'multiclass', task: 'multiclass', params: { objective: 'multiclass', num_class: 3 } },
  { name: 'regression', task: 'regression', params: { objective: 'regression' } },
  { name: 'absolute', task: 'regression', params: { objective: 'l1' } },
  { name: 'gamma', task: 'regression', params: { objective: 'gamma' } },
  { name: 'tweedie', task: 'regression', params: { objective: 'tweedie', tweedie_variance_power: 1.3 } },
  { name: 'quantile', task: 'regression', params: { objective: 'quantile', alpha: 0.2 } },
  { name: 'missing values as zeros', task: 'regression', params: { objective: 'l2' }, data: { use_missing: false } },
  { name: 'zeros as missing values', task: 'regression', params: { objective: 'l2' }, data: { zero_as_missing: true } },
  {
    name: 'random forest',
    task: 'binary',
    params: { objective: 'binary', boosting: 'rf', bagging_freq: 1, bagging_fraction: 0.7 },
  },
  { name: 'dart', task: 'regression', params: { objective: 'huber', boosting: 'dart' } },
];

test('we predict with models of LightGBM as it does', { skip }, async () => {
  const shared = { num_leaves: 20, min_data_in_leaf: 5, min_data_per_group: 5, cat_smooth: 1 };
  const jobs = PEERS.map(({ task, params, data }, seed) => {
    const train = sampleData(task, 600, 10 + seed);
    return {
      do: 'train_lightgbm',
      rounds: 12,
      params: { ...shared, ...params },
      ...(data ? { data } : {}),
      y: [...train.y],
      ...matrixJob(train.x),
    };
  });
  const answers = await askPeers(jobs);
  PEERS.forEach(({ name, task }, seed) => {
    const imported = fromLightGBMText(answers[seed]!.model);
    const predictions = predict(imported, sampleData(task, 600, 10 + seed).x);
    assertClose(asLightGBM(predictions), answers[seed]!.predictions, 1e-6, name);
  });
});
