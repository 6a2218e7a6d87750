import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Dataset, LearnError, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { decodeArtifact, encodeArtifact } from '../codec.js';
import { createModel } from '../definition.js';
import type { FitOptions, FitProgress, Model, ModelDefinition, Predictions } from '../model.js';
import { resolveParameters } from '../parameters.js';
import { mapMatrix, sampleDataset, slice } from './sample-data.js';

export interface CheckOptions {
  /** Parameters that keep the fits of the suite short. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** A model that answers the same for every row need not learn. */
  readonly learns?: boolean;
}

interface Subject {
  readonly definition: ModelDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly learns: boolean;
}

/** Registers, with node:test, the behaviour that every model must show, for each of its tasks. */
export function checkModel(definition: ModelDefinition, { params = {}, learns = true }: CheckOptions = {}): void {
  const subject = { definition, params, learns };
  describe(`every model: ${definition.name}`, () => {
    checkParameters(subject);
    for (const task of definition.tasks) {
      describe(task, () => {
        checkPredictions(subject, task);
        checkRepeatability(subject, task);
        checkControl(subject, task);
        checkCheckpoint(subject, task);
        checkOddData(subject, task);
      });
    }
  });
}

async function fitted(
  { definition, params }: Subject,
  data: Dataset,
  options: Partial<FitOptions> = {},
): Promise<Model> {
  const model = createModel(definition, params, data.task);
  await model.fit(data, { seed: 7, ...options });
  return model;
}

const hasCode = (code: string) => (error: unknown) => error instanceof LearnError && error.code === code;

function assertWellFormed(predictions: Predictions, data: Pick<Dataset, 'x' | 'task' | 'classes'>): void {
  const { values, probabilities } = predictions;
  assert.equal(values.length, data.x.rows);
  assert.ok(values.every(Number.isFinite), 'all predictions are finite');
  if (data.task === 'regression') {
    assert.equal(probabilities, undefined);
    return;
  }
  const k = data.classes!.length;
  assert.equal(predictions.classes, k);
  assert.equal(probabilities!.length, data.x.rows * k);
  for (let i = 0; i < data.x.rows; i++) {
    const row = probabilities!.subarray(i * k, (i + 1) * k);
    assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-9, `probabilities of row ${i} sum to 1`);
    assert.ok(
      row.every((p) => p >= 0 && p <= 1),
      `probabilities of row ${i} lie in 0..1`,
    );
    assert.ok(row[values[i]!]! >= Math.max(...row) - 1e-12, `row ${i} predicts the most probable class`);
  }
}

/** Share of wrong classes, or mean squared error over variance. */
function errorOf(predictions: Predictions, { y, task }: Dataset): number {
  const mean = y.reduce((a, b) => a + b) / y.length;
  let error = 0;
  let variance = 0;
  for (let i = 0; i < y.length; i++) {
    error += task === 'regression' ? (predictions.values[i]! - y[i]!) ** 2 : Number(predictions.values[i] !== y[i]);
    variance += (y[i]! - mean) ** 2;
  }
  return task === 'regression' ? error / variance : error / y.length;
}

function assertSame(a: Predictions, b: Predictions): void {
  assert.deepEqual(a.values, b.values);
  assert.deepEqual(a.probabilities, b.probabilities);
}

function checkParameters({ definition }: Subject): void {
  it('refuses an unknown parameter by its name', () => {
    assert.throws(
      () => createModel(definition, { no_such_parameter: 1 }, definition.tasks[0]!),
      hasCode('PARAMETER_UNKNOWN'),
    );
  });

  it('refuses a task it does not do', () => {
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      if (!definition.tasks.includes(task)) {
        assert.throws(() => createModel(definition, {}, task), hasCode('TASK_UNSUPPORTED'));
      }
    }
  });

  for (const [name, parameter] of Object.entries(definition.params)) {
    it(`refuses a wrong ${name}`, () => {
      const wrong: unknown[] = [{}, []];
      if (parameter.type !== 'enum') wrong.push('a text');
      if (parameter.type === 'int') wrong.push(1.5);
      if (parameter.type !== 'boolean') wrong.push(true, Number.NaN);
      if (parameter.min !== undefined) wrong.push(parameter.min - 1);
      if (parameter.min !== undefined && parameter.exclusiveMin) wrong.push(parameter.min);
      if (parameter.max !== undefined) wrong.push(parameter.max + 1);
      if (!parameter.nullable) wrong.push(null);
      for (const value of wrong) {
        assert.throws(
          () => resolveParameters(definition, { [name]: value }),
          (error) => hasCode('PARAMETER_INVALID')(error) && (error as LearnError).where.field === `params.${name}`,
          `${name} = ${JSON.stringify(value)}`,
        );
      }
    });
  }
}

function checkPredictions(subject: Subject, task: Task): void {
  const all = sampleDataset(task, { rows: 500 });
  const train = slice(all, 0, 400);
  const test = slice(all, 400, 500);

  it('predicts well-formed values for rows it has not seen', async () => {
    const model = await fitted(subject, train);
    const predictions = model.predict(test.x);
    assertWellFormed(predictions, test);
    if (subject.learns) assert.ok(errorOf(predictions, test) < 0.3, `error ${errorOf(predictions, test)} is under 0.3`);
  });

  it('predicts a row alone as it does among others', async () => {
    const model = await fitted(subject, train);
    const together = model.predict(test.x);
    const alone = model.predict(slice(test, 3, 4).x);
    assert.equal(alone.values[0], together.values[3]);
  });

  it('refuses another number of columns', async () => {
    const model = await fitted(subject, train);
    assert.throws(() => model.predict(sampleDataset(task, { rows: 3, cols: 4 }).x), hasCode('FEATURE_INVALID'));
  });

  it('gives importance one finite, non-negative entry a feature', async () => {
    const model = await fitted(subject, train);
    const importance = model.importance?.();
    if (importance === undefined) return;
    assert.deepEqual(importance.names, train.x.names);
    assert.equal(importance.gain.length, train.x.cols);
    assert.ok(importance.gain.every((gain) => gain >= 0 && Number.isFinite(gain)));
    if (subject.learns) assert.ok(importance.gain[0]! > importance.gain[4]!, 'the strongest feature outranks noise');
  });

  it('respects sample weights: weight 0 is a row left out, weight 2 counts more', async () => {
    const flipped = { ...train, y: train.y.map((y, i) => (i < 200 ? y : (train.classes?.length ?? 7) - 1 - y)) };
    const weight = Float64Array.from(train.y, (_, i) => (i < 200 ? 1 : 0));
    const weighted = (await fitted(subject, { ...flipped, weight })).predict(test.x);
    const without = (await fitted(subject, slice(train, 0, 200))).predict(test.x);
    const unweighted = (await fitted(subject, flipped)).predict(test.x);
    assert.ok(distance(weighted, without) <= distance(unweighted, without), 'nearer to the fit without those rows');
    const heavy = Float64Array.from(train.y, (y) => (y === Math.max(...train.y) ? 50 : 1));
    const pulled = (await fitted(subject, { ...train, weight: heavy })).predict(test.x);
    const plain = (await fitted(subject, train)).predict(test.x);
    assert.notDeepEqual(pulled.probabilities ?? pulled.values, plain.probabilities ?? plain.values);
  });

  it('refuses weights that are negative, not finite, all zero or too few', async () => {
    for (const weight of [
      train.y.map(() => -1),
      train.y.map(() => Number.NaN),
      train.y.map(() => 0),
      Float64Array.of(1),
    ]) {
      await assert.rejects(fitted(subject, { ...train, weight }), hasCode('WEIGHT_INVALID'));
    }
  });
}

function distance(a: Predictions, b: Predictions): number {
  const left = a.probabilities ?? a.values;
  const right = b.probabilities ?? b.values;
  return left.reduce((sum, value, i) => sum + Math.abs(value - right[i]!), 0);
}

function checkRepeatability(subject: Subject, task: Task): void {
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

function checkControl(subject: Subject, task: Task): void {
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
      onProgress: ({ validationLoss }) => void losses.push(validationLoss!),
    });
    if (metrics.iterations <= 1) return;
    assert.ok(metrics.bestIteration <= metrics.iterations);
    assert.ok(Math.abs(metrics.validationLoss! - Math.min(...losses)) < 1e-6 * Math.max(1, Math.min(...losses)));
    if (metrics.earlyStopped) assert.equal(metrics.iterations - metrics.bestIteration, 1);
  });
}

function checkCheckpoint(subject: Subject, task: Task): void {
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

function checkOddData(subject: Subject, task: Task): void {
  it('fits a handful of rows', async () => {
    const data = sampleDataset(task, { rows: 12, cols: 2 });
    assertWellFormed((await fitted(subject, data)).predict(data.x), data);
  });

  it('fits one column, a constant column and two equal columns', async () => {
    const one = sampleDataset(task, { cols: 1 });
    assertWellFormed((await fitted(subject, one)).predict(one.x), one);
    const data = sampleDataset(task);
    const constant = { ...data, x: mapMatrix(data.x, (value, _, column) => (column === 1 ? 3 : value)) };
    assertWellFormed((await fitted(subject, constant)).predict(constant.x), constant);
    const doubled = mapMatrix(data.x, (value, row, column) => (column === 1 ? data.x.data[row * data.x.cols]! : value));
    assertWellFormed((await fitted(subject, { ...data, x: doubled })).predict(doubled), data);
  });

  it('fits when a class has no row in training', async () => {
    const data = sampleDataset(task);
    if (task === 'regression') return;
    const classes = [...data.classes!, 'unseen'];
    const wider = { ...data, task: 'multiclass' as const, classes };
    if (!subject.definition.tasks.includes('multiclass')) return;
    assertWellFormed((await fitted(subject, wider)).predict(wider.x), wider);
  });

  it('takes missing values, or says where they are', async () => {
    const data = sampleDataset(task);
    const x = mapMatrix(data.x, (value, row, column) => (column === 2 && row % 3 === 0 ? Number.NaN : value));
    if (subject.definition.preprocessing.acceptsMissing) {
      const model = await fitted(subject, { ...data, x });
      assertWellFormed(model.predict(x), data);
      assertWellFormed(model.predict(mapMatrix(data.x, () => Number.NaN)), data);
      return;
    }
    await assert.rejects(fitted(subject, { ...data, x }), (error) => {
      return hasCode('FEATURE_INVALID')(error) && (error as LearnError).where.column === 'x2';
    });
    const model = await fitted(subject, data);
    assert.throws(() => model.predict(x), hasCode('FEATURE_INVALID'));
  });
}
