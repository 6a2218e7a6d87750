import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { TrainRequested } from '@trainyard/contracts';
import type { AttemptNote, AttemptTask } from './attempt.js';
import { ProcessExecutor, threadsFor } from './process-executor.js';

const root = fileURLToPath(new URL('../../../../examples', import.meta.url));
const executor = new ProcessExecutor({
  slots: 1,
  env: { ...process.env, DATA_DIR: mkdtempSync(path.join(tmpdir(), 'attempts-')), DATA_ROOTS: root, ARTIFACTS_URL: '' },
});
after(() => executor.close());

const request = {
  dataset: { uri: `file://${root}/penguins/penguins.csv`, target: 'species', features: [], exclude: [], targets: [] },
  experiment: 'default',
  tags: {},
  task: 'auto',
  model: 'lightgbm',
  params: { n_estimators: 60 },
  gates: [],
  seed: 7,
} as unknown as TrainRequested;

function run(changes: Partial<AttemptTask> = {}, signal = new AbortController().signal) {
  const notes: AttemptNote[] = [];
  const task: AttemptTask = { kind: 'job', jobId: 'j', attempt: 1, name: 'penguins', request, ...changes };
  return { notes, result: executor.run(task, { signal, onNote: (note) => void notes.push(note), onBeat: () => {} }) };
}

async function candidateOf(changes: Partial<AttemptTask> = {}) {
  const result = await run(changes).result;
  assert.equal(result.kind, 'job');
  return result.kind === 'job' ? result.candidate : assert.fail();
}

describe('an attempt in a worker process', () => {
  test('trains on real data, tells its progress, and gives the same bytes each time', async () => {
    const { notes, result } = run();
    const first = await result;
    assert.ok(first.kind === 'job' && first.candidate.dataset.rows === 344 && first.candidate.classes.length === 3);
    const progress = notes.filter((note) => note.type === 'progress').map((note) => note.progress);
    assert.ok(progress.length > 10 && progress.every((value, at) => at === 0 || value >= (progress[at - 1] ?? 0)));
    assert.equal((await candidateOf()).artifact, first.candidate.artifact);
    assert.notEqual((await candidateOf({ request: { ...request, seed: 8 } })).artifact, first.candidate.artifact);
  });

  test('continues from a checkpoint to the model it would have made', async () => {
    const { notes, result } = run();
    const whole = await result;
    const checkpoint = notes.find((note) => note.type === 'checkpoint');
    assert.ok(checkpoint?.type === 'checkpoint');
    const resumed = run({ attempt: 2, checkpoint: checkpoint.digest });
    const candidate = await resumed.result;
    assert.ok(
      whole.kind === 'job' && candidate.kind === 'job' && candidate.candidate.artifact === whole.candidate.artifact,
    );
    const iterations = resumed.notes.filter((note) => note.type === 'progress' && note.iteration > 0);
    assert.ok(
      iterations.every((note) => note.type === 'progress' && note.iteration > 20),
      'it did not start again',
    );
  });

  test('fails with the code of what is wrong, and the process goes on', async () => {
    await assert.rejects(run({ request: { ...request, dataset: { ...request.dataset, target: 'specie' } } }).result, {
      code: 'COLUMN_NOT_FOUND',
      retriable: false,
    });
    await assert.rejects(run({ request: { ...request, params: { leafs: 3 } } }).result, { code: 'PARAMETER_UNKNOWN' });
    await assert.rejects(
      run({ request: { ...request, dataset: { ...request.dataset, uri: 'file:///etc/passwd' } } }).result,
      { code: 'URI_NOT_ALLOWED' },
    );
    assert.ok(await candidateOf());
  });

  test('that needs more memory than it may have is ended with a sentence that says so', async () => {
    const small = { ...request, resources: { pool: 'cpu', memoryMb: 20 } } as TrainRequested;
    await assert.rejects(run({ request: { ...small, params: { n_estimators: 5000 } } }).result, {
      code: 'OUT_OF_MEMORY',
      retriable: false,
    });
    assert.ok(await candidateOf());
  });

  test('stops when it is cancelled', async () => {
    const abort = new AbortController();
    const { notes, result } = run({ request: { ...request, params: { n_estimators: 100_000 } } }, abort.signal);
    const started = Date.now();
    const waiting = setInterval(() => notes.length > 3 && abort.abort(), 5);
    await assert.rejects(result);
    clearInterval(waiting);
    assert.ok(Date.now() - started < 10_000);
    assert.ok(await candidateOf());
  });

  test('a trial answers with its score and stores no model', async () => {
    const trial = await run({ kind: 'trial', objective: 'log_loss' }).result;
    assert.ok(trial.kind === 'trial' && trial.outcome.value > 0 && trial.outcome.value < 1);
  });

  test('a trial whose objective was left open is scored by the loss of the task that the data turn out to be', async () => {
    for (const [target, loss] of [
      ['species', 'log_loss'],
      ['body_mass_g', 'rmse'],
    ] as const) {
      const asked = { ...request, dataset: { ...request.dataset, target } };
      const trial = await run({ kind: 'trial', objective: 'auto', request: asked }).result;
      assert.ok(trial.kind === 'trial' && trial.outcome.value === trial.outcome.metrics[loss]);
    }
  });

  test('shares the cores among the attempts that run, and takes no more than there are', async () => {
    const shares = [1, 2, 3, 8, 20].map((running) => threadsFor(running, null, 8));
    assert.deepEqual(shares, [8, 4, 2, 1, 1]);
    assert.deepEqual([threadsFor(1, null, 64), threadsFor(3, 6, 8), threadsFor(1, 100_000, 8)], [8, 6, 8]);
    const threads = (count: number) => ({ ...request, resources: { pool: 'cpu', threads: count } }) as TrainRequested;
    const one = await candidateOf({ request: threads(1) });
    assert.equal((await candidateOf({ request: threads(100_000) })).artifact, one.artifact);
  });
});
