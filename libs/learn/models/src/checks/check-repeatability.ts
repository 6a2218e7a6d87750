import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { decodeArtifact, encodeArtifact } from '../codec.js';
import { createModel } from '../definition.js';
import { sampleDataset, slice } from './sample-data.js';
import { assertSame, fitted, hasCode, type Subject } from './subject.js';

export function checkRepeatability(subject: Subject, task: Task): void {
  const data = sampleDataset(task);

  it('is the same for the same seed, on one thread and on two', async () => {
    const first = await fitted(subject, data, { threads: 1 });
    const again = await fitted(subject, data, { threads: 1 });
    const two = await fitted(subject, data, { threads: 2 });
    assert.deepEqual(encodeArtifact(again.save()), encodeArtifact(first.save()));
    assertSame(two.predict(data.x), first.predict(data.x));
  });

  it('predicts the same after saving and loading', async () => {
    const model = await fitted(subject, data);
    const bytes = encodeArtifact(model.save());
    const loaded = subject.definition.load(decodeArtifact(bytes));
    assertSame(loaded.predict(data.x), model.predict(data.x));
    assert.deepEqual(loaded.importance?.(), model.importance?.());
    assert.deepEqual(encodeArtifact(loaded.save()), bytes);
  });

  it('refuses an artifact of another format', () => {
    const foreign = { format: 'foreign', version: 1, manifest: {}, arrays: {} };
    assert.throws(() => subject.definition.load(foreign), hasCode('ARTIFACT_INVALID'));
  });
}

export function checkCheckpoint(subject: Subject, task: Task): void {
  it('resumed from a checkpoint, is the model that was never stopped', async () => {
    const data = sampleDataset(task);
    const options = { seed: 7, validation: slice(data, 300, 400) };
    const train = slice(data, 0, 300);
    const saved: ModelArtifact[] = [];
    const save = async (artifact: ModelArtifact) => void saved.push(decodeArtifact(encodeArtifact(artifact)));
    const whole = createModel(subject.definition, subject.params, task);
    const metrics = await whole.fit(train, { ...options, checkpoint: { everyIterations: 2, save } });
    assert.equal(saved.length, Math.floor(metrics.iterations / 2), 'one checkpoint every two iterations');
    for (const resume of [saved[0], saved.at(-1)]) {
      if (resume === undefined) continue;
      const resumed = createModel(subject.definition, subject.params, task);
      const again = await resumed.fit(train, { ...options, checkpoint: { everyIterations: 1000, save, resume } });
      assert.deepEqual({ ...again, seconds: 0 }, { ...metrics, seconds: 0 });
      assert.deepEqual(encodeArtifact(resumed.save()), encodeArtifact(whole.save()));
    }
    if (saved[0] === undefined) return;
    const other = createModel(subject.definition, subject.params, task);
    const resume = { everyIterations: 1000, save, resume: saved[0] };
    await assert.rejects(
      other.fit(sampleDataset(task, { cols: 9 }), { seed: 7, checkpoint: resume }),
      hasCode('CHECKPOINT_MISMATCH'),
    );
  });
}
