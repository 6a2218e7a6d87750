import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Client, expectProblem } from './client.js';
import { files } from './data-sets.js';
import { EventReader } from './event-reader.js';
import { type StartedPlatform, startPlatform } from './platform.js';

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const adelie = { island: 'Torgersen', beak_length_mm: 39.1, beak_depth_mm: 18.7, flipper_length_mm: 181, sex: 'MALE' };
const gentoo = { island: 'Biscoe', beak_length_mm: 47.5, flipper_length_mm: 218, body_mass_g: 4950 };

let platform: StartedPlatform;
let client: Client;
let penguins: string;

before(async () => {
  platform = await startPlatform();
  client = new Client(platform.address);
  penguins = await client.uploadFile(files.penguins);
});
after(() => platform?.stop());

const train = (fields: Record<string, unknown> = {}) => ({
  name: 'penguins',
  model: 'lightgbm',
  dataset: { uri: penguins, target: 'species' },
  ...fields,
});

describe('datasets', () => {
  it('answers an upload with its columns, and lists and describes it', async () => {
    const { status, body } = await client.upload(new Uint8Array(await readFile(files.penguins)), 'penguins.csv');
    assert.equal(status, 201);
    assert.match(body.datasetId, /^[0-9a-f]{64}$/);
    assert.equal(body.uri, `dataset://${body.datasetId}`);
    assert.equal(body.rows, 344);
    assert.deepEqual(body.columns.at(1), { name: 'beak_length_mm', type: 'number', missing: 2, distinct: 164 });
    assert.deepEqual(body.warnings, []);

    const { datasets, total } = await client.must('GET', '/api/v1/datasets');
    assert.deepEqual([datasets.length, total, datasets[0].datasetId], [1, 1, body.datasetId]);
    assert.deepEqual(await client.must('GET', `/api/v1/datasets/${body.datasetId}`), body);
    const profile = await client.must('GET', `/api/v1/datasets/${body.datasetId}/profile`);
    assert.equal(profile.rows, 344);
    assert.equal(profile.columns.length, 7);
    const mass = profile.columns.find(({ name }: { name: string }) => name === 'body_mass_g');
    assert.deepEqual([mass.min, mass.max, mass.missing], [2700, 6300, 2]);
    expectProblem(await client.get('/api/v1/datasets/none'), 404, 'DATASET_NOT_FOUND', /none/);
  });

  it('takes JSON and Arrow files', async () => {
    const cars = await client.upload(new Uint8Array(await readFile(files.cars)), 'cars.json');
    assert.equal(cars.status, 201, cars.text);
    assert.equal(cars.body.rows, 406);
    const flights = await client.upload(new Uint8Array(await readFile(files.flights200k)), 'flights.arrow');
    assert.deepEqual([flights.status, flights.body.rows, flights.body.format], [201, 200_000, 'arrow']);
  });
});

describe('a training', () => {
  it('is accepted, followed, completed and asked', async () => {
    const { status, body } = await client.post(
      '/api/v1/models/train',
      train({ deploy: { environment: 'production' } }),
    );
    assert.equal(status, 202);
    assert.deepEqual(Object.keys(body).sort(), ['jobId', 'links', 'status']);
    const job = await client.untilEnded(body.jobId);
    assert.deepEqual([job.status, job.stage, job.progress, job.attempts], ['completed', 'completed', 1, 1]);
    assert.deepEqual([job.task, job.error, job.leaderboard], ['multiclass', undefined, undefined]);
    assert.match(job.model.version, /^1\.0\.0$/);
    assert.ok(job.metrics.accuracy > 0.9);
    assert.match(job.endedAt, iso);
    assert.equal((await client.must('GET', job.links.self)).jobId, body.jobId);
    assert.equal((await client.must('GET', job.links.model)).id, job.model.id);
    const { jobs } = await client.must('GET', '/api/v1/models/jobs?status=completed');
    assert.equal(jobs[0].jobId, body.jobId);

    for (const id of ['penguins', job.model.id]) {
      const answer = await client.must('POST', `/api/v1/predict/${id}`, { instances: [gentoo, adelie] });
      assert.deepEqual(answer.model, { id: job.model.id, name: 'penguins', version: '1.0.0' });
      const [first, second] = answer.predictions;
      assert.deepEqual([first.prediction, second.prediction], ['Gentoo', 'Adelie']);
      assert.deepEqual(Object.keys(first.probabilities), ['Adelie', 'Chinstrap', 'Gentoo']);
      const sum = Object.values<number>(first.probabilities).reduce((a, b) => a + b);
      assert.ok(Math.abs(sum - 1) < 1e-6);
      assert.equal(first.confidence, first.probabilities.Gentoo);
    }
    const listed = { instances: [['Torgersen', 39.1, 18.7, 181, 3750, 'MALE']] };
    assert.equal((await client.must('POST', '/api/v1/predict/penguins', listed)).predictions[0].prediction, 'Adelie');
    const { inputs } = await client.must('GET', '/api/v1/predict/penguins');
    assert.equal(inputs.length, 6);
  });

  it('clusters without a target, and answers cluster numbers', async () => {
    const { jobId } = await client.must('POST', '/api/v1/models/train', {
      ...{ name: 'flocks', model: 'kmeans', params: { n_clusters: 3 } },
      dataset: { uri: penguins, exclude: ['species'] },
      deploy: { environment: 'production' },
    });
    const job = await client.untilEnded(jobId);
    assert.deepEqual([job.status, job.task, job.error], ['completed', 'clustering', undefined]);
    assert.ok(job.metrics.silhouette > 0.1 && job.metrics.inertia > 0, JSON.stringify(job.metrics));
    assert.ok(!('adjusted_rand_score' in job.metrics));
    const { predictions } = await client.must('POST', '/api/v1/predict/flocks', {
      instances: [gentoo, adelie, gentoo],
    });
    const numbers = predictions.map(({ prediction }: { prediction: number }) => prediction);
    assert.ok(numbers.every((number: number) => [0, 1, 2].includes(number)));
    assert.equal(numbers[0], numbers[2]);
    assert.notEqual(numbers[0], numbers[1]);
    assert.deepEqual(Object.keys(predictions[0]), ['prediction']);
    assert.equal((await client.must('GET', '/api/v1/predict/flocks')).task, 'clustering');
  });

  it('clusters by task, compares with a target it never learns from, and answers probabilities', async () => {
    const { jobId } = await client.must('POST', '/api/v1/models/train', {
      ...{ name: 'mixture', task: 'clustering', model: 'gaussian_mixture', params: { n_components: 3 } },
      dataset: { uri: penguins, target: 'species', exclude: ['island', 'sex'] },
      deploy: { environment: 'production' },
    });
    const job = await client.untilEnded(jobId);
    assert.equal(job.status, 'completed', JSON.stringify(job.error));
    assert.ok(job.metrics.adjusted_rand_score > 0.4, JSON.stringify(job.metrics));
    const { inputs } = await client.must('GET', '/api/v1/predict/mixture');
    assert.ok(!inputs.some(({ name }: { name: string }) => name === 'species'));
    const { island: _, sex: __, ...measured } = adelie;
    const { predictions } = await client.must('POST', '/api/v1/predict/mixture', { instances: [measured] });
    const { prediction, probabilities, confidence } = predictions[0];
    assert.deepEqual(Object.keys(probabilities), ['0', '1', '2']);
    assert.equal(confidence, probabilities[prediction]);
    const wrong = await client.post('/api/v1/models/train', train({ model: 'kmeans', task: 'binary' }));
    expectProblem(wrong, 400, 'TASK_UNSUPPORTED', /clustering/);
  });

  it('with the same key or the same id is one job', async () => {
    const key = { 'idempotency-key': 'same-key' };
    const request = train({ name: 'keyed', model: 'dummy' });
    const answers = await Promise.all([1, 2, 3].map(() => client.must('POST', '/api/v1/models/train', request, key)));
    assert.equal(new Set(answers.map(({ jobId }) => jobId)).size, 1);
    const other = await client.post('/api/v1/models/train', train({ name: 'other' }), key);
    expectProblem(other, 409, 'IDEMPOTENCY_KEY_REUSED', /new key/);

    const before = (await client.must('GET', '/api/v1/models/jobs')).total;
    const named = { ...request, jobId: 'my.job-1' };
    for (let i = 0; i < 3; i++)
      assert.equal((await client.must('POST', '/api/v1/models/train', named)).jobId, 'my.job-1');
    await client.untilEnded('my.job-1');
    assert.equal((await client.must('POST', '/api/v1/models/train', named)).status, 'completed');
    assert.equal((await client.must('GET', '/api/v1/models/jobs')).total, before + 1);
    assert.equal((await client.must('GET', '/api/v1/models/keyed/versions')).total, 2);
  });

  it('tells what happens as server-sent events, and resumes where a reader left', async () => {
    const params = { n_estimators: 3000, learning_rate: 0.002 };
    const { jobId } = await client.must('POST', '/api/v1/models/train', train({ name: 'followed', params }));
    const path = `${platform.address}/api/v1/models/jobs/${jobId}/events`;
    const reader = await EventReader.open(path);
    const first = await reader.until(({ event }) => event === 'progress');
    assert.equal(first[0]?.event, 'status');
    const last = Number(first.findLast(({ id }) => id !== undefined)?.id);
    reader.close();
    const resumed = await (await EventReader.open(path, String(last))).toEnd();
    const ids = resumed.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
    assert.equal(ids[0], last + 1, 'nothing is told twice, nothing is left out');
    assert.deepEqual(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    const progress = resumed.filter(({ event }) => event === 'progress').map(({ data }) => Number(data.progress));
    assert.ok(progress.length > 1);
    assert.deepEqual(
      progress,
      [...progress].sort((a, b) => a - b),
    );
    assert.equal(resumed.at(-1)?.data.status, 'completed');
    const all = await (await EventReader.open(path)).toEnd();
    assert.equal(all.at(-1)?.id, resumed.at(-1)?.id);
    expectProblem(await client.get('/api/v1/models/jobs/none/events'), 404, 'JOB_NOT_FOUND');
  });

  it('can be cancelled while it runs', async () => {
    const params = { n_estimators: 100_000, learning_rate: 0.0001 };
    const request = train({ name: 'cancelled', params, dataset: { uri: penguins, target: 'body_mass_g' } });
    const { jobId } = await client.must('POST', '/api/v1/models/train', request);
    const path = `/api/v1/models/jobs/${jobId}`;
    const running = await client.until(path, ({ status, progress }) => status === 'running' && progress > 0);
    assert.equal(running.attempts, 1);
    const { status } = await client.call('DELETE', path);
    assert.equal(status, 202);
    assert.equal((await client.untilEnded(jobId, 5000)).status, 'cancelled');
    expectProblem(await client.call('DELETE', path), 409, 'JOB_ENDED', /cancelled/);
    expectProblem(await client.get('/api/v1/models/cancelled'), 404, 'MODEL_NOT_FOUND');
    expectProblem(await client.call('DELETE', '/api/v1/models/jobs/none'), 404, 'JOB_NOT_FOUND');
  });

  it('with a search shows a leaderboard, and the best is trained; the objective may be left out', async () => {
    for (const [task, target, objective] of [
      ['auto', 'body_mass_g', 'rmse'],
      ['auto', 'species', 'log_loss'],
    ]) {
      const search = { strategy: 'random', trials: 3, parallelism: 2 };
      const space = { n_estimators: { type: 'int', low: 5, high: 30 } };
      const dataset = { uri: penguins, target };
      const job = await client.trained(
        train({ name: `searched-${target}`, task, dataset, search: { ...search, space } }),
      );
      assert.equal(job.leaderboard.length, 3);
      const values = job.leaderboard.map(({ value }: { value: number }) => value);
      assert.deepEqual(
        values,
        [...values].sort((a, b) => a - b),
        `${objective} is minimized`,
      );
      assert.ok(job.leaderboard[0].params.n_estimators >= 5);
      const results = await client.must('GET', `/ml/optimization/${job.jobId}/results`);
      assert.equal(results.trials.length, 3);
      const { params } = await client.must('GET', `/api/v1/models/${job.model.id}/lineage`);
      assert.equal(params.n_estimators, job.leaderboard[0].params.n_estimators);
    }
  });

  it('that misses a gate fails with it and is not registered', async () => {
    const job = await client.train(
      train({ name: 'gated', model: 'dummy', gates: [{ metric: 'accuracy', min: 0.99 }] }),
    );
    assert.deepEqual([job.status, job.error.code], ['failed', 'GATE_NOT_PASSED']);
    assert.match(job.error.message, /accuracy/);
    expectProblem(await client.get('/api/v1/models/gated'), 404, 'MODEL_NOT_FOUND');
  });

  it('takes several models, and lists those there are', async () => {
    const { algorithms } = await client.must('GET', '/api/v1/models/algorithms');
    const names = algorithms.map(({ name }: { name: string }) => name);
    for (const name of ['lightgbm', 'logistic', 'linear']) assert.ok(names.includes(name));
    const job = await client.trained(train({ name: 'several', model: ['dummy', 'logistic'] }));
    assert.equal(job.algorithm, 'logistic', JSON.stringify(job));
  });
});

describe('a model', () => {
  let first: { model: { id: string; version: string } };
  before(async () => {
    const deploy = { environment: 'production' };
    first = await client.trained(train({ name: 'staged', deploy }));
    await client.trained(train({ name: 'staged', deploy, model: 'logistic', tags: { by: 'me' }, experiment: 'trees' }));
  });

  it('has versions, lineage, metrics and importances', async () => {
    const { models, total } = await client.must('GET', '/api/v1/models/');
    assert.equal(models.length, total);
    const { versions } = await client.must('GET', '/api/v1/models/staged/versions');
    const [newest, oldest] = versions;
    assert.deepEqual([oldest.version, oldest.stage, oldest.parent], ['1.0.0', 'Archived', null]);
    assert.deepEqual([newest.stage, newest.parent], ['Production', '1.0.0']);
    assert.ok(newest.changelog.length > 20);
    const lineage = await client.must('GET', '/api/v1/models/staged/lineage?version=1.0.0');
    assert.equal(lineage.dataset.uri, penguins);
    assert.equal(lineage.dataset.hash, penguins.slice('dataset://'.length));
    assert.deepEqual([lineage.seed, lineage.algorithm, lineage.parent], [7, 'lightgbm', null]);
    assert.equal(typeof lineage.codeVersion, 'string');
    assert.equal(lineage.params.num_leaves, 31);
    const { metrics } = await client.must('GET', `/api/v1/models/${first.model.id}/metrics`);
    assert.ok(metrics.accuracy > 0.9 && metrics.log_loss < 0.5);
    const { importance } = await client.must('GET', '/api/v1/models/staged/importance?version=1.0.0');
    assert.equal(importance.length, 6);
    assert.ok(importance[0].importance >= importance[1].importance);
    assert.deepEqual(await client.must('GET', '/ml/evaluation/staged/metrics'), {
      ...(await client.must('GET', '/api/v1/models/staged/metrics')),
    });
    expectProblem(await client.get('/api/v1/models/staged/metrics?version=9.9.9'), 404, 'VERSION_NOT_FOUND', /1\.0\.0/);
  });

  it('is compared with another', async () => {
    const versions = [{ id: 'staged', version: '1.0.0' }, { id: 'staged' }];
    const compared = await client.must('POST', '/api/v1/models/compare', { models: versions });
    assert.equal(compared.models.length, 2);
    assert.equal(compared.metrics.accuracy.values.length, 2);
    assert.equal(compared.sameDataset, true);
    const byName = await client.must('POST', '/api/v1/models/compare', { models: ['staged', 'penguins'] });
    assert.deepEqual(
      byName.models.map(({ name }: { name: string }) => name),
      ['staged', 'penguins'],
    );
  });

  it('is moved between stages; a rollback changes what predict answers, and no request fails meanwhile', async () => {
    const answers = async (version: string) => {
      const deadline = Date.now() + 5000;
      for (;;) {
        const { model } = await client.must('POST', '/api/v1/predict/staged', { instances: [adelie] });
        if (model.version === version) return;
        assert.ok(Date.now() < deadline, `predict still answers with ${model.version}`);
      }
    };
    const { latestVersion } = await client.must('GET', '/api/v1/models/staged');
    await answers(latestVersion);
    const stage = { stage: 'Production', reason: 'the newer one is worse' };
    const moved = await client.must('POST', '/api/v1/models/staged/versions/1.0.0/stage', stage);
    assert.deepEqual([moved.version, moved.stage], ['1.0.0', 'Production']);
    assert.equal(moved.stageHistory.at(-1).reason, stage.reason);
    await answers('1.0.0');
    const { versions } = await client.must('GET', '/api/v1/models/staged/versions');
    assert.deepEqual(
      versions.map(({ stage: at }: { stage: string }) => at),
      ['Archived', 'Production'],
    );
    const asked = await client.must('POST', '/api/v1/predict/staged', { instances: [adelie], version: latestVersion });
    assert.equal(asked.model.version, latestVersion);
    const wrong = await client.post('/api/v1/models/staged/versions/1.0.0/stage', { stage: 'production' });
    expectProblem(wrong, 400, 'VALIDATION_FAILED', /stage/, /Production/);
  });

  it('is deployed by hand under the other names', async () => {
    const { latestVersion } = await client.must('GET', '/api/v1/models/staged');
    const asked = { model: 'staged', version: latestVersion, environment: 'production' };
    const { deploymentId } = await client.must('POST', '/ml/deployment/deploy', asked);
    const path = `/ml/deployment/${deploymentId}/status`;
    const ready = await client.until(path, ({ status, version }) => status === 'ready' && version === latestVersion);
    assert.equal(ready.environment, 'production');
    assert.equal((await client.must('GET', '/ml/deployment/staged/status')).deploymentId, deploymentId);
    await client.until('/api/v1/models/staged', ({ productionVersion }) => productionVersion === latestVersion);
  });

  it('is evaluated again', async () => {
    const dataset = { uri: penguins, target: 'species' };
    const asked = { model: 'staged', version: '1.0.0', dataset, gates: [{ metric: 'accuracy', min: 0.5 }] };
    const { links } = await client.must('POST', '/ml/evaluation/evaluate', asked);
    const done = await client.until(links.self, ({ status }) => status === 'completed');
    assert.ok(done.metrics.accuracy > 0.9);
    assert.equal(done.passed, true);
  });

  it('predicts a file', async () => {
    for (const format of ['csv', 'jsonl']) {
      const asked = { input: { uri: penguins, format: 'csv' }, output: { format } };
      const { status, body } = await client.post('/api/v1/predict/staged/batch', asked);
      assert.equal(status, 202);
      const path = `/api/v1/predict/batches/${body.batchId}`;
      const done = await client.until(path, (batch) => batch.status === 'completed');
      assert.equal(done.rows, 344);
      const { text } = await client.get(`${path}/result`);
      const lines = text.trim().split('\n');
      assert.equal(lines.length, format === 'csv' ? 345 : 344);
      if (format === 'jsonl') assert.equal(typeof JSON.parse(lines[0]!).prediction, 'string');
      else assert.match(lines[0]!, /^prediction,/);
    }
    expectProblem(await client.get('/api/v1/predict/batches/none'), 404, 'BATCH_NOT_FOUND');
    const failing = { input: { uri: `dataset://${'0'.repeat(64)}` } };
    const { batchId } = await client.must('POST', '/api/v1/predict/staged/batch', failing);
    const failed = await client.until(`/api/v1/predict/batches/${batchId}`, ({ status }) => status === 'failed');
    assert.equal(failed.error.code, 'SOURCE_NOT_FOUND');
    expectProblem(await client.get(`/api/v1/predict/batches/${batchId}/result`), 409, 'BATCH_NOT_COMPLETED');
  });

  it('is deleted, and serves no more', async () => {
    await client.trained(train({ name: 'doomed', model: 'dummy', deploy: { environment: 'production' } }));
    await client.must('POST', '/api/v1/predict/doomed', { instances: [adelie] });
    assert.equal((await client.call('DELETE', '/api/v1/models/doomed')).status, 200);
    expectProblem(await client.get('/api/v1/models/doomed'), 404, 'MODEL_NOT_FOUND');
    const gone = async () => (await client.post('/api/v1/predict/doomed', { instances: [adelie] })).status === 404;
    for (const deadline = Date.now() + 5000; !(await gone()); ) assert.ok(Date.now() < deadline);
  });
});

describe('experiments', () => {
  it('hold the runs of jobs, and runs of your own', async () => {
    await client.trained(train({ name: 'in-experiment', model: 'dummy', experiment: 'birds' }));
    const experiments = await client.must('GET', '/api/v1/experiments');
    assert.ok(experiments.experiments.some(({ name }: { name: string }) => name === 'birds'));
    const { runs } = await client.must('GET', '/api/v1/experiments/birds/runs');
    assert.deepEqual([runs.length, runs[0].status, runs[0].model.name], [1, 'finished', 'in-experiment']);

    const experiment = await client.must('POST', '/api/v1/experiments', { name: 'mine', tags: { a: 'b' } });
    const run = await client.must('POST', `/api/v1/experiments/${experiment.id}/runs`, { params: { depth: 3 } });
    const path = `/api/v1/runs/${run.runId}`;
    const metrics = [1, 2, 3].map((step) => ({ name: 'loss', value: 1 / step, step }));
    await client.must('POST', `${path}/metrics`, { metrics });
    const note = Buffer.from('what was seen');
    const logged = await client.send('POST', `${path}/artifacts?name=note.txt`, note, { 'content-type': 'text/plain' });
    assert.deepEqual([logged.status, logged.body.bytes], [201, note.length]);
    await client.must('POST', `${path}/finish`, { status: 'finished' });
    const finished = await client.must('GET', `/api/v1/experiments/runs/${run.runId}`);
    assert.deepEqual([finished.status, finished.params], ['finished', { depth: 3 }]);
    assert.ok(Math.abs(finished.metrics.loss - 1 / 3) < 1e-9);
    assert.equal((await client.get(`${path}/artifacts/note.txt`)).text, 'what was seen');
    const ids = `${run.runId},${runs[0].runId}`;
    const compared = await client.must('GET', `/api/v1/experiments/runs/compare?ids=${ids}`);
    assert.equal(compared.runs.length, 2);
    assert.equal(compared.metrics.loss.length, 2);
    expectProblem(await client.post(`${path}/metrics`, { metrics }), 409, /RUN_/);
    expectProblem(await client.get('/api/v1/runs/none'), 404, 'RUN_NOT_FOUND');
  });
});

describe('events over HTTP', () => {
  const data = () => ({ ...train({ name: 'by-event', model: 'dummy' }), jobId: 'by-event-1' });

  it('are taken in both modes; the same five times is one job', async () => {
    const event = { specversion: '1.0', id: 'e1', source: '/tests', type: 'TrainRequested', data: data() };
    const structured = { 'content-type': 'application/cloudevents+json' };
    for (let i = 0; i < 5; i++) {
      const { status, body } = await client.send('POST', '/api/v1/events', JSON.stringify(event), structured);
      assert.deepEqual([status, body.jobId], [202, 'by-event-1']);
    }
    const type = 'io.trainyard.training.TrainRequested';
    const binary = { 'ce-specversion': '1.0', 'ce-id': 'e2', 'ce-source': '/tests', 'ce-type': type };
    const second = await client.post('/api/v1/events', { ...data(), jobId: 'by-event-2' }, binary);
    assert.deepEqual([second.status, second.body.jobId], [202, 'by-event-2']);
    for (const id of ['by-event-1', 'by-event-2']) assert.equal((await client.untilEnded(id)).status, 'completed');
    assert.equal((await client.must('GET', '/api/v1/models/by-event/versions')).total, 2);
  });

  it('that are none, or none of the commands, are refused', async () => {
    const structured = { 'content-type': 'application/cloudevents+json' };
    const send = (event: unknown) => client.send('POST', '/api/v1/events', JSON.stringify(event), structured);
    expectProblem(await client.post('/api/v1/events', {}), 415, 'NOT_A_CLOUDEVENT');
    const event = { specversion: '1.0', id: 'e3', source: '/tests', data: {} };
    expectProblem(await send(event), 400, 'VALIDATION_FAILED', /type/);
    expectProblem(await send({ ...event, type: 'Nothing' }), 400, 'EVENT_UNKNOWN', /Nothing/, /TrainRequested/);
    expectProblem(await send({ ...event, type: 'JobCompleted' }), 403, 'EVENT_NOT_ALLOWED', /fact/);
    expectProblem(await send({ ...event, type: 'TrainRequested' }), 400, 'VALIDATION_FAILED', /dataset/);
    expectProblem(await send({ ...event, type: 'StageChangeRequested' }), 400, 'EVENT_INVALID');
  });
});

describe('the other names', () => {
  it('are the same calls', async () => {
    const { jobId } = await client.must('POST', '/ml/training/start', train({ name: 'alias', model: 'dummy' }));
    await client.untilEnded(jobId);
    const direct = await client.must('GET', `/api/v1/models/jobs/${jobId}`);
    assert.deepEqual(await client.must('GET', `/ml/training/${jobId}/status`), direct);
    const search = { trials: 2, space: { alpha: { type: 'float', low: 0.1, high: 1 } } };
    const dataset = { uri: penguins, target: 'body_mass_g' };
    const asked = train({ name: 'alias-search', model: 'ridge', dataset, search });
    const started = await client.must('POST', '/ml/optimization/start', asked);
    const job = await client.untilEnded(started.jobId);
    assert.deepEqual([job.status, job.leaderboard.length], ['completed', 2]);
  });
});

describe('the platform', () => {
  it('tells its health', async () => {
    assert.deepEqual(await client.must('GET', '/health/live'), { status: 'live' });
    assert.deepEqual(await client.must('GET', '/health/ready'), { status: 'ready' });
  });

  it('exposes metrics that Prometheus can parse', async () => {
    const { text, headers } = await client.get('/metrics');
    assert.match(headers.get('content-type') ?? '', /^(text\/plain|application\/openmetrics-text)/);
    const value = String.raw`(?:[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?|NaN|[-+]Inf)`;
    const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"`;
    const sample = new RegExp(`^[a-zA-Z_:][\\w:]*(?:\\{(?:${label}(?:,${label})*)?\\})? ${value}(?: \\d+)?$`, 'i');
    const lines = text.split('\n').filter(Boolean);
    for (const line of lines) assert.ok(/^# (HELP|TYPE|EOF|UNIT)/.test(line) || sample.test(line), line);
    assert.ok(lines.some((line) => line.startsWith('trainyard_predictions_total{')));
  });

  it('has pages that load what they name', async () => {
    for (const page of ['/', '/docs', '/api/v1/models/penguins/playground']) {
      const { status, headers, text } = await client.get(page);
      assert.equal(status, 200, page);
      assert.match(headers.get('content-type') ?? '', /^text\/html/);
      const named = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
      assert.ok(named.length > 0);
      for (const path of named) assert.equal((await client.get(path)).status, 200, `${page} names ${path}`);
    }
  });

  it('answers the calls of a schema registry', async () => {
    const subjects = await client.must('GET', '/schemas/subjects');
    const subject = 'training.commands-io.trainyard.training.TrainRequested';
    assert.ok(subjects.includes(subject));
    const { id, schema, version } = await client.must('GET', `/schemas/subjects/${subject}/versions/latest`);
    assert.equal(JSON.parse(schema).name, 'TrainRequested');
    assert.ok(version >= 1);
    assert.equal((await client.must('GET', `/schemas/schemas/ids/${id}`)).schema, schema);
    assert.equal((await client.get('/schemas/schemas/ids/999999')).body.error_code, 40403);
  });

  it('says what it cannot do yet, and what no call is', async () => {
    expectProblem(await client.post('/api/v1/models/penguins/explain', {}), 501, 'NOT_AVAILABLE');
    expectProblem(await client.get('/api/v1/nothing'), 404, 'CALL_NOT_FOUND', /\/docs/);
    expectProblem(await client.call('PUT', '/api/v1/models/train', {}), 404, 'CALL_NOT_FOUND');
  });

  it('told all of this without a dead letter or an error of its own', async () => {
    assert.equal((await client.must('GET', '/api/v1/dead-letters')).total, 0);
    assert.doesNotMatch(platform.output(), /"level":(50|60)|\n\s+at /, platform.output().slice(-3000));
  });
});
