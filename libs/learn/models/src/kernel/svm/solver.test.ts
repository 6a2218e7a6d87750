import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Dataset } from '@trainyard/data';
import { KernelRowsEngine } from '@trainyard/kernels';
import type { ModelArtifact } from '../../artifact.js';
import { sampleDataset } from '../../checks/sample-data.js';
import { hasCode } from '../../checks/subject.js';
import { encodeArtifact } from '../../codec.js';
import { createModel } from '../../definition.js';
import { couplePairs } from './pairwise-coupling.js';
import { fitSigmoid, sigmoidOf } from './platt.js';
import { svm } from './svm.js';

/** So many rows that a cache of 1 MB holds a part of the kernel alone, and rows are shrunk away. */
function noisy(task: 'binary' | 'regression') {
  const data = sampleDataset(task, { rows: 1100, cols: 60 });
  return { ...data, y: data.y.map((y, i) => (i % 7 === 0 ? (task === 'binary' ? 1 - y : y + 2) : y)) };
}

async function fit(data: Dataset, params: Record<string, unknown>, options = {}) {
  const model = createModel(svm, { probability: false, ...params }, data.task);
  const metrics = await model.fit(data, { seed: 3, ...options });
  return { model, metrics };
}

describe('the solver', () => {
  for (const task of ['binary', 'regression'] as const) {
    it(`finds the same ${task} machine with all kernel rows held, with a small cache, and without shrinking`, async () => {
      const data = noisy(task);
      const tight = { tol: 1e-5 };
      const all = (await fit(data, tight)).model;
      for (const params of [{ cache_size: 1 }, { cache_size: 1, shrinking: false }]) {
        const { model } = await fit(data, { ...tight, ...params });
        const [expected, found] = [all.predict(data.x), model.predict(data.x)];
        const margins = (p: typeof found) => p.probabilities ?? p.values;
        margins(found).forEach((value, i) => {
          assert.ok(
            Math.abs(value - margins(expected)[i]!) < 2e-4,
            `row ${i}: ${value} is not ${margins(expected)[i]}`,
          );
        });
      }
    });

    it(`gives the identical ${task} machine on one thread and on three, and resumed in the middle`, async () => {
      const data = noisy(task);
      const saved: ModelArtifact[] = [];
      const save = async (artifact: ModelArtifact) => void saved.push(artifact);
      const checkpoint = { everyIterations: 1, save };
      const { model, metrics } = await fit(data, { cache_size: 1 }, { threads: 1, checkpoint });
      const bytes = encodeArtifact(model.save());
      assert.ok(metrics.iterations > 8, 'long enough to shrink');
      assert.deepEqual(encodeArtifact((await fit(data, { cache_size: 1 }, { threads: 3 })).model.save()), bytes);
      for (const resume of [saved[3]!, saved[saved.length - 2]!]) {
        const resumed = await fit(data, { cache_size: 1 }, { checkpoint: { everyIterations: 1e6, save, resume } });
        assert.deepEqual(encodeArtifact(resumed.model.save()), bytes);
      }
    });
  }

  it('stops when max_iter steps are taken', async () => {
    const { metrics } = await fit(noisy('binary'), { max_iter: 10 });
    assert.equal(metrics.iterations, 2);
  });

  it('says how much memory is missing before it allocates', async () => {
    const rows = 1_200_000;
    const shape = { rows, cols: 1000, workingSet: 512, cacheBytes: 1e6, threads: 1 };
    await assert.rejects(
      KernelRowsEngine.create(shape, { kind: 'rbf', gamma: 1, coef0: 0, degree: 3 }),
      /need [\d.]+ GB/,
    );
  });

  it('is aborted in the middle of a long fit after little more work', async () => {
    const data = sampleDataset('binary', { rows: 12_000, cols: 100 });
    const controller = new AbortController();
    let aborted: NodeJS.CpuUsage | undefined;
    setTimeout(() => {
      aborted = process.cpuUsage();
      controller.abort();
    }, 150);
    await assert.rejects(fit(data, { cache_size: 10, C: 100 }, { signal: controller.signal }), hasCode('ABORTED'));
    const { user, system } = process.cpuUsage(aborted);
    // Work, not time: the machine may be busy with other things.
    assert.ok(user + system < 200_000, `${(user + system) / 1000} ms of work`);
  });

  it('cannot continue another model', async () => {
    const data = noisy('binary');
    const initial = { format: 'trainyard.svm', version: 1, manifest: {}, arrays: {} };
    await assert.rejects(fit(data, {}, { initial }), hasCode('OPTION_UNSUPPORTED'));
  });

  it('leaves a cut short artifact unread', async () => {
    const { model } = await fit(noisy('binary'), { max_iter: 50 });
    const artifact = model.save();
    const vectors = (artifact.arrays.vectors as Float32Array).subarray(1);
    const counts = Int32Array.of(-1, 3);
    for (const [name, array] of Object.entries({ vectors, counts, present: Int32Array.of(1, 0) })) {
      const damaged = { ...artifact, arrays: { ...artifact.arrays, [name]: array } };
      assert.throws(() => svm.load(damaged), hasCode('ARTIFACT_INVALID'));
    }
  });
});

describe('probabilities', () => {
  it('of Platt scaling are those that made the labels', () => {
    const decisions = Float64Array.from({ length: 4000 }, (_, i) => ((i % 40) - 20) / 10);
    // Of each decision 100 rows; as many of them are positive as the sigmoid says.
    const positive = Uint8Array.from(decisions, (d, i) => {
      return Number(Math.floor(i / 40) < Math.round(100 / (1 + Math.exp(-1.5 * d + 0.5))));
    });
    const { slope, offset } = fitSigmoid(decisions, positive);
    assert.ok(Math.abs(slope + 1.5) < 0.1 && Math.abs(offset - 0.5) < 0.1, `${slope}, ${offset}`);
    assert.ok(sigmoidOf({ slope, offset }, 1000) > 0.999 && sigmoidOf({ slope, offset }, -1000) < 0.001);
  });

  it('of consistent pairs are recovered by coupling', () => {
    const p = [0.5, 0.3, 0.15, 0.05];
    const pairwise = Float64Array.from({ length: 16 }, (_, at) => {
      const [i, j] = [Math.floor(at / 4), at % 4];
      return i === j ? 0 : p[i]! / (p[i]! + p[j]!);
    });
    const out = new Float64Array(4);
    couplePairs(pairwise, 4, out);
    p.forEach((value, c) => {
      assert.ok(Math.abs(out[c]! - value) < 5e-3, `${out[c]} is not ${value}`);
    });
  });
});
