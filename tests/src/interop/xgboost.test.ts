import { test } from 'node:test';
import type { SupervisedTask } from '@trainyard/data';
import { fromXGBoostJson, type ImportedModel, toXGBoostJson } from '@trainyard/interchange';
import { createModel, findModel, type Predictions } from '@trainyard/models';
import { askPeers, assertClose, matrixJob, otherRows, sampleData, skip } from './model-peers.js';

const TASKS: readonly SupervisedTask[] = ['binary', 'multiclass', 'regression'];
const x = otherRows(98);

/** What XGBoost's predict returns: the positive class's probability, all probabilities, or values. */
function asXGBoost({ values, probabilities, classes }: Predictions): ArrayLike<number> {
  if (probabilities === undefined) return values;
  return classes === 2 ? probabilities.filter((_, i) => i % 2 === 1) : probabilities;
}

const predict = ({ model, artifact }: ImportedModel, rows = x): Predictions =>
  findModel(model).load(artifact).predict(rows);

for (const name of ['xgboost', 'lightgbm']) {
  test(`XGBoost predicts with our ${name} models as we do, missing values and unseen categories too`, {
    skip,
  }, async () => {
    const models = await Promise.all(
      TASKS.map(async (task, seed) => {
        const model = createModel(findModel(name), { n_estimators: 12, learning_rate: 0.2 }, task);
        await model.fit(sampleData(task, 600, seed), { seed });
        return { task, model, text: toXGBoostJson(model.save()) };
      }),
    );
    const answers = await askPeers(
      models.map(({ text }) => ({ do: 'score_xgboost', model: text, ...matrixJob(x), names: x.names })),
    );
    models.forEach(({ task, model, text }, i) => {
      const expected = asXGBoost(model.predict(x));
      assertClose(answers[i]!.predictions, expected, 1e-6, task);
      for (const back of [text, answers[i]!.rewritten as string]) {
        assertClose(asXGBoost(predict(fromXGBoostJson(back))), expected, 1e-6, `${task} read back`);
      }
    });
  });
}

const PEERS: readonly { name: string; task: SupervisedTask; params: object; lower?: number }[] = [
  { name: 'binary', task: 'binary', params: { objective: 'binary:logistic' } },
  { name: 'base_score', task: 'binary', params: { objective: 'binary:logistic', base_score: 0.2 } },
  { name: 'raw scores', task: 'binary', params: { objective: 'binary:logitraw' } },
  { name: 'multiclass', task: 'multiclass', params: { objective: 'multi:softprob', num_class: 3 } },
  { name: 'regression', task: 'regression', params: { objective: 'reg:squarederror' } },
  { name: 'absolute', task: 'regression', params: { objective: 'reg:absoluteerror' } },
  {
    name: 'parallel trees',
    task: 'multiclass',
    params: { objective: 'multi:softprob', num_class: 3, num_parallel_tree: 3, subsample: 0.5 },
  },
  { name: 'poisson', task: 'regression', params: { objective: 'count:poisson' }, lower: 990 },
  {
    name: 'tweedie',
    task: 'regression',
    params: { objective: 'reg:tweedie', tweedie_variance_power: 1.3 },
    lower: 990,
  },
  { name: 'pseudo-Huber', task: 'regression', params: { objective: 'reg:pseudohubererror' } },
  { name: 'quantile', task: 'regression', params: { objective: 'reg:quantileerror', quantile_alpha: 0.8 } },
  { name: 'dart', task: 'regression', params: { booster: 'dart', rate_drop: 0.3 } },
  {
    name: 'lossguide, one-hot',
    task: 'binary',
    params: { objective: 'binary:logistic', grow_policy: 'lossguide', max_cat_to_onehot: 100 },
  },
];

test('we predict with models of XGBoost as it does', { skip }, async () => {
  const jobs = PEERS.map(({ task, params, lower = 0 }, seed) => {
    const train = sampleData(task, 600, 20 + seed);
    return {
      do: 'train_xgboost',
      rounds: 12,
      params: { max_depth: 5, ...params },
      // XGBoost adds scores up in float32: the exponential of a large one has no 6 digits.
      y: Array.from(train.y, (value) => value - lower),
      ...matrixJob(train.x),
    };
  });
  const answers = await askPeers(jobs);
  PEERS.forEach(({ name, task }, seed) => {
    const imported = fromXGBoostJson(answers[seed]!.model);
    const predictions = predict(imported, sampleData(task, 600, 20 + seed).x);
    const margin =
      name === 'raw scores'
        ? answers[seed]!.predictions.map((score) => 1 / (1 + Math.exp(-score)))
        : answers[seed]!.predictions;
    assertClose(asXGBoost(predictions), margin, 1e-6, name);
  });
});
