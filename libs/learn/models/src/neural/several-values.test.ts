import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sampleDataset, slice } from '../checks/sample-data.js';
import { createModel, decodeArtifact, encodeArtifact, type ModelDefinition } from '../index.js';
import { gruModel, lstmModel, mlp, rnnModel, tcn, transformer } from './index.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

const small = { epochs: 25, batch_size: 32, learning_rate: 0.02, seq_len: 5 };
const MODELS: readonly [ModelDefinition, object][] = [
  [mlp, { hidden_layer_sizes: [8] }],
  [lstmModel, { hidden_size: 8 }],
  [gruModel, { hidden_size: 8 }],
  [rnnModel, { hidden_size: 8 }],
  [tcn, { num_filters: 8, num_levels: 2, dropout: 0 }],
  [transformer, { d_model: 8, num_heads: 2, num_layers: 1, dim_feedforward: 16, dropout: 0 }],
];

/** The score, its half, and a value of another size altogether. */
const two = sampleDataset('forecast', { rows: 300 });
const y = Float64Array.from({ length: 900 }, (_, i) => {
  const value = two.y[2 * Math.floor(i / 3) + Math.min(i % 3, 1)]!;
  return i % 3 === 2 ? 1000 - 400 * value : value;
});
const data = { ...two, task: 'regression' as const, outputs: ['score', 'half', 'large'], y };

describe('several values a row', () => {
  for (const [definition, params] of MODELS) {
    it(`${definition.name} learns each, in its own units, and is the same after saving and loading`, async () => {
      const model = createModel(definition, { ...small, ...params }, 'regression');
      const metrics = await model.fit(slice(data, 0, 240), { seed: 3, validation: slice(data, 240, 300) });
      const test = slice(data, 240, 300);
      const { values, outputs } = model.predict(test.x);
      assert.equal(outputs, 3);
      assert.equal(values.length, 180);
      for (let j = 0; j < 3; j++) {
        const of = (all: Float64Array) => all.filter((_, i) => i % 3 === j);
        const truth = of(test.y);
        const mean = truth.reduce((sum, value) => sum + value) / 60;
        const errors = of(values).reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0);
        const spread = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        assert.ok(errors / spread < 0.4, `value ${j}: ${errors / spread}`);
      }
      assert.ok(metrics.trainLoss < 0.4 && metrics.validationLoss! < 0.4, 'losses are in deviations of each value');
      const loaded = definition.load(decodeArtifact(encodeArtifact(model.save())));
      assert.deepEqual(loaded.predict(test.x), model.predict(test.x));
    });
  }
});
