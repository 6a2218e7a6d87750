import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleDataset } from '../checks/sample-data.js';
import { type BatchProgress, createModel } from '../index.js';

import { mlp } from './mlp.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const train = sampleDataset('binary', { rows: 100, cols: 4 });
const params = { hidden_layer_sizes: [4], batch_size: 32, epochs: 2, ensemble_size: 2 };
const fit = (options: object) => createModel(mlp, params, 'binary').fit(train, { seed: 1, ...options });

describe('progress within an epoch', () => {
  it('tells each batch of each epoch of each network, the last with the loss of the epoch', async () => {
    const seen: BatchProgress[] = [];
    const epochs: (number | undefined)[] = [];
    const onProgress = ({ trainLoss }: { trainLoss?: number }) => void epochs.push(trainLoss);
    await fit({ onBatch: (at: BatchProgress) => void seen.push(at), onProgress });
    const places = seen.map(({ iteration, batch, batches }) => [iteration, batch, batches]);
    assert.deepEqual(
      places,
      [1, 2, 3, 4].flatMap((iteration) => [1, 2, 3, 4].map((batch) => [iteration, batch, 4])),
    );
    assert.deepEqual(
      seen.filter(({ batch }) => batch === 4).map(({ trainLoss }) => trainLoss),
      epochs,
    );
  });

  it('stops before the next batch when it is cancelled', async () => {
    const controller = new AbortController();
    let last = 0;
    const onBatch = ({ batch }: BatchProgress) => {
      last = batch;
      if (batch === 2) controller.abort();
    };
    await assert.rejects(fit({ signal: controller.signal, onBatch }), { code: 'ABORTED' });
    assert.equal(last, 2);
  });
});
