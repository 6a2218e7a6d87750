import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Dataset, Task } from '@trainyard/data';
import { createModel } from '../../definition.js';
import { gaussianProcess } from './gaussian-process.js';
import { Posterior } from './posterior.js';

/** Values that scikit-learn gave for the same data: fixtures/make-gaussian-process.py. */
const peer = JSON.parse(
  readFileSync(new URL('../../../src/fixtures/gaussian-process-sklearn.json', import.meta.url), 'utf8'),
);
const { rows, cols, test } = peer;
const x = { rows, cols, names: ['a', 'b', 'c'], data: Float32Array.from(peer.x.slice(0, rows * cols)) };
const unseen = { ...x, rows: test, data: Float32Array.from(peer.x.slice(rows * cols)) };

async function fitted(task: Task, params: Record<string, unknown>) {
  const classes = { binary: ['0', '1'], multiclass: ['0', '1', '2'] }[task as 'binary' | 'multiclass'];
  const data: Dataset = { task, x, y: Float64Array.from(peer[task]), ...(classes ? { classes } : {}) };
  const model = createModel(gaussianProcess, { constant_value: 2, length_scale: 1.3, rq_alpha: 0.8, ...params }, task);
  await model.fit(data, { seed: 1 });
  const [lml] = model.save().manifest.logMarginalLikelihoods as number[];
  return { model, lml: lml! };
}

function near(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => {
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `entry ${i}: ${found[i]} is not ${value}`);
  });
}

describe('scikit-learn gives the same', () => {
  for (const { kernel, normalize_y, mean, variance, lml } of peer.fixed) {
    it(`regression with a ${kernel} kernel, normalize_y ${normalize_y}`, async () => {
      const params = { kernel, normalize_y, alpha: 1e-6, optimizer: 'none' };
      const { model, lml: found } = await fitted('regression', params);
      const uncertainty = model.predictUncertainty!(unseen);
      near(uncertainty.mean, mean, 1e-6);
      near(uncertainty.variance, variance, 1e-6);
      near([found], [lml], 1e-6);
    });
  }

  it('or a higher likelihood is found, with a length scale for each feature', async () => {
    const { lml } = await fitted('regression', { ard: true, normalize_y: false, n_restarts_optimizer: 1 });
    assert.ok(lml > peer.ard.lml - 0.01, `${lml} is not below ${peer.ard.lml}`);
  });

  for (const { kernel, mean, variance, lml, probability } of peer.classification) {
    it(`classification with a ${kernel} kernel`, async () => {
      const { model, lml: found } = await fitted('binary', { kernel, optimizer: 'none' });
      near([found], [lml], 1e-6);
      const artifact = model.save();
      const [hyperparameters] = artifact.manifest.kernels as Parameters<typeof Posterior.read>[1][];
      const latent = Posterior.read(artifact, hyperparameters!, cols, '0').latent(unseen);
      near(latent.mean, mean, 1e-6);
      near(latent.variance, variance, 1e-6);
      const { probabilities } = model.predict(unseen);
      // scikit-learn approximates the logistic function by five error functions; ours is the integral.
      near(
        Array.from({ length: test }, (_, i) => probabilities![2 * i + 1]!),
        probability,
        2e-4,
      );
    });
  }

  it('classification with the kernel of the highest likelihood, and one class against the rest', async () => {
    const { lml } = await fitted('binary', {});
    assert.ok(lml > peer.optimised_binary.lml - 0.01, `${lml} is not below ${peer.optimised_binary.lml}`);
    const { model } = await fitted('multiclass', { optimizer: 'none' });
    near(model.predict(unseen).probabilities!, peer.multiclass_probabilities, 3e-4);
  });
});
