import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '@trainyard/data';
import { CosineFeatures } from '@trainyard/kernels';
import { checkModel } from '../../checks/check-model.js';
import { sampleDataset } from '../../checks/sample-data.js';
import { hasCode } from '../../checks/subject.js';
import { createModel } from '../../definition.js';
import { svm } from './svm.js';

checkModel(svm, { params: { approximation: 'random_features', n_components: 60 } });

describe('random features', () => {
  it('have inner products that near the rbf kernel as their number grows', () => {
    const random = createRandom(5);
    const cols = 3;
    const x = Float32Array.from({ length: 10 * cols }, () => random.normal());
    const gamma = 0.4;
    const worst = [50, 5000].map((components) => {
      const directions = Float32Array.from({ length: components * cols }, () => random.normal() * Math.sqrt(2 * gamma));
      const phases = Float32Array.from({ length: components }, () => random.next() * 2 * Math.PI);
      const z = new Float32Array(10 * components);
      new CosineFeatures(directions, phases, cols).transform(x, 10, z);
      let error = 0;
      for (let a = 0; a < 10; a++) {
        for (let b = 0; b < a; b++) {
          let [dot, square] = [0, 0];
          for (let c = 0; c < components; c++) dot += z[a * components + c]! * z[b * components + c]!;
          for (let j = 0; j < cols; j++) square += (x[a * cols + j]! - x[b * cols + j]!) ** 2;
          error = Math.max(error, Math.abs(dot - Math.exp(-gamma * square)));
        }
      }
      return error;
    });
    assert.ok(worst[1]! < 0.08 && worst[1]! < worst[0]! / 3, `largest errors ${worst}`);
  });

  it('say how much memory is missing', async () => {
    const model = createModel(svm, { approximation: 'random_features', n_components: 20_000 }, 'binary');
    const data = sampleDataset('binary', { rows: 20_000, cols: 1 });
    await assert.rejects(model.fit(data, { seed: 1 }), /need 1.6 GB/);
  });

  it('are refused for other kernels than rbf', () => {
    const params = { approximation: 'random_features', kernel: 'linear' };
    assert.throws(() => createModel(svm, params, 'binary'), hasCode('PARAMETER_INVALID'));
  });
});
