import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { checkModel, sampleDataset } from '../checks/index.js';
import { decodeArtifact, encodeArtifact } from '../codec.js';
import { createModel } from '../definition.js';
import { blending, ensembleSelection, stacking, voting } from '../index.js';
import type { ModelDefinition } from '../model.js';
import { greedySelection } from './greedy-selection.js';

const MEMBERS = {
  estimators: ['small=lightgbm', 'dummy', 'trees=lightgbm'],
  small__n_estimators: 12,
  small__min_child_samples: 5,
  trees__n_estimators: 12,
  trees__num_leaves: 4,
};

checkModel(voting, { params: { ...MEMBERS, weights: [2, 0, 1] }, stopsEarly: false });
checkModel(stacking, { params: { ...MEMBERS, cv: 2 }, stopsEarly: false });
checkModel(blending, { params: MEMBERS, stopsEarly: false });
checkModel(ensembleSelection, { params: { ...MEMBERS, cv: 2, n_rounds: 5 }, stopsEarly: false });

const refuses = (definition: ModelDefinition, params: Record<string, unknown>, code: string, field: string): void => {
  assert.throws(
    () => createModel(definition, params, 'binary'),
    (error) => error instanceof LearnError && error.code === code && error.where.field === field,
  );
};

describe('members of an ensemble', () => {
  it('are checked when the ensemble is made', () => {
    refuses(voting, { estimators: [] }, 'PARAMETER_INVALID', 'params.estimators');
    refuses(voting, { estimators: ['dummy', 'dummy'] }, 'PARAMETER_INVALID', 'params.estimators');
    refuses(voting, { estimators: ['voting'] }, 'PARAMETER_INVALID', 'params.estimators');
    refuses(voting, { estimators: ['no_such'] }, 'MODEL_UNKNOWN', 'model');
    refuses(voting, { estimators: ['ridge'] }, 'TASK_UNSUPPORTED', 'params.estimators');
    refuses(voting, { estimators: ['dummy'], weights: [1, 2] }, 'PARAMETER_INVALID', 'params.weights');
    refuses(voting, { estimators: ['dummy'], dummy__no: 1 }, 'PARAMETER_UNKNOWN', 'params.dummy__no');
    refuses(voting, { estimators: ['dummy'], other__strategy: 1 }, 'PARAMETER_UNKNOWN', 'params.other__strategy');
    const wrong = { estimators: ['dummy'], dummy__strategy: 'none' };
    refuses(voting, wrong, 'PARAMETER_INVALID', 'params.dummy__strategy');
    refuses(
      stacking,
      { estimators: ['dummy'], final_estimator: 'ridge' },
      'TASK_UNSUPPORTED',
      'params.final_estimator',
    );
  });

  it('vote: hard voting counts, soft voting averages', async () => {
    const data = sampleDataset('binary');
    const two = { estimators: ['lightgbm', 'dummy'], lightgbm__n_estimators: 20, weights: [1, 3] };
    const model = createModel(voting, { ...two, voting: 'hard' }, 'binary');
    await model.fit(data, { seed: 7 });
    const { probabilities } = model.predict(data.x);
    assert.deepEqual([...new Set(probabilities)].sort(), [0, 0.25, 0.75, 1]);
  });

  it('of different needs stand side by side: codes and missing values for one, indicators and means for another', async () => {
    const plain = sampleDataset('binary', { rows: 600 });
    const x = {
      ...plain.x,
      data: plain.x.data.map((value, i) => (i % 5 === 4 ? Math.floor(i / 5) % 3 : i % 35 === 1 ? Number.NaN : value)),
      categorical: [false, false, false, false, true],
    };
    const params = { estimators: ['lightgbm', 'logistic'], lightgbm__n_estimators: 20, cv: 3, passthrough: true };
    const model = createModel(stacking, params, 'binary');
    await model.fit({ ...plain, x }, { seed: 7 });
    const right = model.predict(x).values.filter((value, i) => value === plain.y[i]).length;
    assert.ok(right > 560, `${right} of 600`);
    const importance = model.importance!();
    assert.equal(importance.gain.length, 5);
    const loaded = stacking.load(decodeArtifact(encodeArtifact(model.save())));
    assert.deepEqual(loaded.predict(x), model.predict(x));
  });

  it('a stack of good and useless members is about as good as the good one alone', async () => {
    const all = sampleDataset('regression', { rows: 800 });
    const error = async (definition: ModelDefinition, params: Record<string, unknown>): Promise<number> => {
      const model = createModel(definition, params, 'regression');
      const { validationLoss } = await model.fit(all, {
        seed: 7,
        validation: sampleDataset('regression', { seed: 2 }),
      });
      return validationLoss!;
    };
    const alone = await error(voting, { estimators: ['ridge'] });
    const diluted = await error(voting, { estimators: ['ridge', 'dummy'] });
    assert.ok(diluted > 10 * alone);
    for (const definition of [stacking, blending, ensembleSelection]) {
      assert.ok((await error(definition, { estimators: ['ridge', 'dummy'] })) < 1.2 * alone + 1e-3, definition.name);
    }
  });
});

describe('greedy selection', () => {
  it('finds the weights of a mixture, and leaves out what does not help', () => {
    const data = sampleDataset('regression', { rows: 500 });
    const noise = data.y.map((_, i) => Math.sin(i * 12.9898) * 3);
    const high = data.y.map((value, i) => value + noise[i]!);
    const low = data.y.map((value, i) => value - noise[i]! / 3);
    const weights = greedySelection([high, low, new Float64Array(500)], data, 40);
    assert.ok(Math.abs(weights[0]! - 0.25) < 0.03 && Math.abs(weights[1]! - 0.75) < 0.03, `${weights}`);
    assert.equal(weights[2], 0);
  });
});
