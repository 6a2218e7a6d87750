import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkModel } from '../checks/check-model.js';
import { sampleDataset, slice } from '../checks/sample-data.js';
import { createModel, decodeArtifact, encodeArtifact } from '../index.js';
import { autoencoder, autoencoderArchitecture } from './autoencoder.js';
import { NeuralModel } from './neural-model.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const params = { epochs: 12, batch_size: 32, learning_rate: 0.02, hidden_layer_sizes: [4, 2] };

checkModel(autoencoder, { params });

describe('autoencoder', () => {
  const data = sampleDataset('anomaly', { rows: 400 });
  const usual = { ...data, weight: data.y.map((odd) => 1 - odd) };

  it('scores rows it has not learnt to make again above those it has, by their error', async () => {
    const model = createModel(autoencoder, { ...params, epochs: 60 }, 'anomaly');
    await model.fit(slice(usual, 0, 300), { seed: 7 });
    const test = slice(data, 300, 400);
    const { scores } = model.predict(test.x);
    const of = (odd: number) => scores!.filter((_, i) => test.y[i] === odd);
    assert.ok(Math.min(...of(1)) > Math.max(...of(0)), 'every anomaly is above every usual row');
    const loaded = NeuralModel.load(autoencoderArchitecture, decodeArtifact(encodeArtifact(model.save())));
    const again = loaded.reconstruct(test.x);
    const error = [0, 1, 2, 3, 4].reduce((sum, j) => sum + (again[j]! - test.x.data[j]!) ** 2, 0) / 5;
    assert.ok(Math.abs(error - scores![0]!) < 1e-5, `${error} is the score ${scores![0]}`);
  });

  it('knows no shorter windows: steps of padding would make them seem less odd (bug: they did)', () => {
    assert.throws(() => createModel(autoencoder, { ...params, min_seq_len: 2 }, 'anomaly'), {
      code: 'PARAMETER_UNKNOWN',
    });
  });

  it('takes the share of contamination of the training rows for anomalies', async () => {
    for (const contamination of [0.05, 0.3, 0]) {
      const model = createModel(autoencoder, { ...params, contamination }, 'anomaly');
      await model.fit(data, { seed: 7 });
      const found = model.predict(data.x).values.reduce((sum, value) => sum + value, 0);
      assert.equal(found, Math.floor(contamination * 400));
    }
  });
});
