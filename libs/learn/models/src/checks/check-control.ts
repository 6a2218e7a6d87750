import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Task } from '@trainyard/data';
import { createModel } from '../definition.js';
import type { FitProgress } from '../model.js';
import { sampleDataset, slice } from './sample-data.js';
import { fitted, hasCode, type Subject } from './subject.js';

export function checkControl(subject: Subject, task: Task): void {
  const data = sampleDataset(task);
  const train = slice(data, 0, 300);
  const validation = slice(data, 300, 400);

  it('reports each iteration in order, awaiting the listener', async () => {
    const seen: FitProgress[] = [];
    let listening = false;
    const model = createModel(subject.definition, subject.params, task);
    const metrics = await model.fit(train, {
      seed: 7,
      validation,
      onProgress: async (progress) => {
        assert.equal(listening, false, 'the last call has finished');
        listening = true;
        await new Promise((resolve) => setImmediate(resolve));
        listening = false;
        seen.push(progress);
      },
    });
    assert.deepEqual(
      seen.map((progress) => progress.iteration),
      seen.map((_, i) => i + 1),
    );
    assert.equal(seen.length, metrics.iterations);
    assert.ok(seen.every(({ iteration, iterations }) => iteration <= iterations));
    assert.ok(Number.isFinite(seen.at(-1)!.trainLoss) && Number.isFinite(seen.at(-1)!.validationLoss));
    assert.ok(Number.isFinite(metrics.trainLoss) && Number.isFinite(metrics.validationLoss) && metrics.seconds >= 0);
  });

  it('stops within one iteration when aborted', async () => {
    await assert.rejects(fitted(subject, train, { signal: AbortSignal.abort() }), hasCode('ABORTED'));
    const controller = new AbortController();
    let calls = 0;
    const onProgress = () => {
      calls++;
      controller.abort();
    };
    await assert.rejects(fitted(subject, train, { signal: controller.signal, onProgress }), hasCode('ABORTED'));
    assert.equal(calls, 1);
  });

  it('stops early and keeps the best iteration', async () => {
    const noise = { ...validation, y: validation.y.map((_, i) => validation.y[(i * 37 + 11) % 100]!) };
    const losses: number[] = [];
    const model = createModel(subject.definition, subject.params, task);
    const metrics = await model.fit(train, {
      seed: 7,
      validation: noise,
      earlyStopping: { rounds: 1 },
      // A model that cannot stop early may report the loss at the end alone.
      onProgress: ({ validationLoss }) => void (validationLoss !== undefined && losses.push(validationLoss)),
    });
    if (metrics.iterations <= 1 || !subject.stopsEarly) return;
    assert.ok(metrics.bestIteration <= metrics.iterations);
    assert.ok(Math.abs(metrics.validationLoss! - Math.min(...losses)) < 1e-6 * Math.max(1, Math.min(...losses)));
    if (metrics.earlyStopped) assert.equal(metrics.iterations - metrics.bestIteration, 1);
  });
}
