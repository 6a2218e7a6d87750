import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom, type Dataset, type Matrix } from '@trainyard/data';
import { slice } from '../checks/sample-data.js';
import { createModel, decodeArtifact, encodeArtifact, type Model, type ModelArtifact } from '../index.js';
import { mlp } from './index.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

/** y = 3 x + noise, whose deviation is e^x: what intervals must be is known. */
function noisy(rows: number): Dataset {
  const random = createRandom(8);
  const data = Float32Array.from({ length: rows }, () => 2 * random.next() - 1);
  const y = Float64Array.from(data, (x) => 3 * x + Math.exp(x) * random.normal());
  return { task: 'regression', x: { rows, cols: 1, data, names: ['x'] }, y };
}

const data = noisy(2400);
const train = slice(data, 0, 1200);
const test = slice(data, 1200, 2400);
const schedule = { learning_rate: 0.02, learning_rate_schedule: 'cosine' };
const params = { hidden_layer_sizes: [8], epochs: 30, batch_size: 64, ...schedule };
const at = (...values: number[]): Matrix => ({ ...test.x, rows: values.length, data: Float32Array.from(values) });

async function fitted(own: object, rows = train): Promise<Model> {
  const model = createModel(mlp, { ...params, ...own }, 'regression');
  await model.fit(rows, { seed: 5 });
  return model;
}

/** Share of the test rows in their interval: of those with little noise, and of those with much. */
function coverage(model: Model, level: number): number[] {
  const { lower, upper } = model.predictUncertainty!(test.x, level);
  return [false, true].map((loud) => {
    const rows = [...test.y.keys()].filter((row) => test.x.data[row]! >= 0 === loud);
    return rows.filter((row) => test.y[row]! >= lower[row]! && test.y[row]! <= upper[row]!).length / rows.length;
  });
}

function assertCalibrated(model: Model, level: number): void {
  for (const share of coverage(model, level)) assert.ok(Math.abs(share - level) < 0.06, `${share} are within ${level}`);
}

describe('uncertainty', () => {
  it('of a Gaussian head is the noise of each row, and its intervals hold what they say', async () => {
    const model = await fitted({ loss: 'gaussian_nll' });
    const { kind, variance, mean } = model.predictUncertainty!(at(-0.5, 0.5), 0.9);
    assert.equal(kind, 'aleatoric');
    [-0.5, 0.5].forEach((x, i) => {
      const deviation = Math.sqrt(variance[i]!);
      assert.ok(Math.abs(deviation / Math.exp(x) - 1) < 0.2, `${deviation} is the deviation ${Math.exp(x)}`);
    });
    assert.deepEqual(mean, model.predict(at(-0.5, 0.5)).values);
    for (const level of [0.5, 0.9]) assertCalibrated(model, level);
  });

  it('of quantile heads is what lies between them, and its intervals hold what they say', async () => {
    const model = await fitted({ loss: 'quantile', quantiles: [0.95, 0.05, 0.5, 0.25, 0.75] });
    assert.equal(model.predictUncertainty!(at(0)).kind, 'aleatoric');
    for (const level of [0.5, 0.9]) assertCalibrated(model, level);
    assert.throws(() => model.predictUncertainty!(test.x, 0.95), {
      code: 'PARAMETER_INVALID',
      message: /0.025 and 0.975/,
    });
    const { mean, lower, upper } = model.predictUncertainty!(test.x);
    assert.ok(mean.every((value, i) => lower[i]! <= value && value <= upper[i]!));
  });

  it("of Monte-Carlo dropout grows away from the data, follows from its seed, and is a row's own", async () => {
    const dropped = { dropout: 0.2, mc_dropout_passes: 30, mc_dropout_seed: 4 };
    const model = await fitted(dropped);
    const { kind, variance, mean } = model.predictUncertainty!(at(0, 0.5, 6));
    assert.equal(kind, 'epistemic');
    assert.ok(variance[2]! > 4 * variance[1]!, `${variance[2]} far away, ${variance[1]} among the data`);
    assert.equal(model.predictUncertainty!(at(0.5)).mean[0], mean[1]);
    const loaded = mlp.load(decodeArtifact(encodeArtifact(model.save())));
    assert.deepEqual(loaded.predictUncertainty!(at(0, 0.5, 6)), model.predictUncertainty!(at(0, 0.5, 6)));
    const other = await fitted({ ...dropped, mc_dropout_seed: 5 });
    assert.deepEqual(other.predict(test.x), model.predict(test.x));
    assert.notEqual(other.predictUncertainty!(at(0.5)).mean[0], mean[1]);
    await assert.rejects(fitted({ mc_dropout_passes: 30 }), { code: 'PARAMETER_INVALID', message: /params.dropout/ });
  });

  it('of a deep ensemble of Gaussian heads is total: the noise, and more away from the data', async () => {
    const model = await fitted({ loss: 'gaussian_nll', ensemble_size: 3 });
    const { kind, variance } = model.predictUncertainty!(at(-0.5, 6));
    assert.equal(kind, 'total');
    assertCalibrated(model, 0.9);
    assert.ok(variance[0]! > 0.4 ** 2 && variance[1]! > variance[0]!);
    const alone = await fitted({ ensemble_size: 3, epochs: 2 });
    assert.equal(alone.predictUncertainty!(at(0)).kind, 'epistemic');
    assert.equal((await fitted({ epochs: 1 })).predictUncertainty, undefined);
  });

  it('an ensemble goes on from a checkpoint of a later network to the same bytes, and counts all epochs', async () => {
    const own = { ...params, ensemble_size: 3, epochs: 3 };
    const saved: ModelArtifact[] = [];
    const seen: number[] = [];
    const save = async (artifact: ModelArtifact) => void saved.push(decodeArtifact(encodeArtifact(artifact)));
    const whole = createModel(mlp, own, 'regression');
    const onProgress = ({ iteration }: { iteration: number }) => void seen.push(iteration);
    const metrics = await whole.fit(train, { seed: 5, onProgress, checkpoint: { everyIterations: 2, save } });
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.equal(metrics.iterations, 9);
    for (const resume of saved) {
      const again = createModel(mlp, own, 'regression');
      await again.fit(train, { seed: 5, checkpoint: { everyIterations: 9, save, resume } });
      assert.deepEqual(encodeArtifact(again.save()), encodeArtifact(whole.save()));
    }
    const fewer = createModel(mlp, { ...own, ensemble_size: 1 }, 'regression');
    const checkpoint = { everyIterations: 9, save, resume: saved[2]! };
    await assert.rejects(fewer.fit(train, { seed: 5, checkpoint }), { code: 'CHECKPOINT_MISMATCH' });
  });

  it('classes of an ensemble are the mean of their probabilities', async () => {
    const classes = { ...slice(train, 0, 300), task: 'binary' as const, classes: ['low', 'high'] };
    const labelled = { ...classes, y: classes.y.map((value) => Number(value > 0)) };
    const model = createModel(mlp, { ...params, epochs: 3, ensemble_size: 2 }, 'binary');
    await model.fit(labelled, { seed: 5 });
    const { probabilities } = model.predict(at(-0.8));
    assert.ok(Math.abs(probabilities![0]! + probabilities![1]! - 1) < 1e-12);
    assert.equal(model.predictUncertainty, undefined);
  });
});
