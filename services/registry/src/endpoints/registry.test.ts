import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { evaluatedOf } from '@trainyard/flow/testing';
import { modelIdOf } from '../model/identity.js';
import { serveRegistry } from '../testing/serve.js';

type Registry = Awaited<ReturnType<typeof serveRegistry>>;

describe('the registry over REST', () => {
  let registry: Registry;
  before(async () => {
    registry = await serveRegistry();
    const { artifacts } = registry;
    const { digest: report } = await artifacts.put(
      Buffer.from(JSON.stringify({ importance: { distance: 3, carrier: 1 } })),
    );
    const { digest: full } = await artifacts.put(Buffer.from(JSON.stringify({ confusionMatrix: { classes: [] } })));
    const first = evaluatedOf({ report }, { report: full });
    await registry.publish('EvaluationCompleted', 'job-1', first);
    const second = evaluatedOf(
      { jobId: 'job-2', model: 'logistic', report },
      { report: full, metrics: { log_loss: 0.3 } },
    );
    await registry.publish('EvaluationCompleted', 'job-2', second, 'same');
    await registry.publish('EvaluationCompleted', 'job-2', second, 'same');
  });
  after(() => registry.stop());
  const id = modelIdOf('late-flights');

  it('lists models, with or without the trailing slash', async () => {
    for (const path of ['/api/v1/models/', '/api/v1/models']) {
      const { status, json } = await registry.call('GET', path);
      assert.equal(status, 200);
      assert.equal(json.total, 1);
      const [{ name, latestVersion, productionVersion, versions, task }] = json.models;
      assert.deepEqual(
        [name, latestVersion, productionVersion, versions, task],
        ['late-flights', '1.1.0', null, 2, 'binary'],
      );
    }
  });

  it('finds a model by id and by name', async () => {
    const byId = await registry.call('GET', `/api/v1/models/${id}`);
    const byName = await registry.call('GET', '/api/v1/models/late-flights');
    assert.deepEqual(byId.json, byName.json);
    assert.equal(byName.json.current.version, '1.1.0');
    const { status, json } = await registry.call('GET', '/api/v1/models/nope');
    assert.equal(status, 404);
    assert.equal(json.code, 'MODEL_NOT_FOUND');
  });

  it('answers versions, lineage, metrics and importance', async () => {
    const { json: versions } = await registry.call('GET', '/api/v1/models/late-flights/versions');
    assert.deepEqual(
      versions.versions.map(({ version }: { version: string }) => version),
      ['1.1.0', '1.0.0'],
    );
    const { json: one } = await registry.call('GET', '/api/v1/models/late-flights/versions/1.0.0');
    assert.deepEqual(one.features, ['distance', 'carrier']);
    const { json: lineage } = await registry.call('GET', '/api/v1/models/late-flights/lineage?version=1.0.0');
    assert.equal(lineage.dataset.hash, 'a'.repeat(64));
    assert.equal(lineage.seed, 7);
    assert.equal(lineage.jobId, 'job-1');
    const { json: metrics } = await registry.call('GET', '/api/v1/models/late-flights/metrics');
    assert.deepEqual(metrics.metrics, { log_loss: 0.3 });
    assert.equal(metrics.report, undefined);
    const { json: full } = await registry.call('GET', '/api/v1/models/late-flights/metrics?report=true');
    assert.deepEqual(full.report, { confusionMatrix: { classes: [] } });
    const { json: importance } = await registry.call('GET', '/api/v1/models/late-flights/importance');
    assert.deepEqual(importance.importance[0], { feature: 'distance', importance: 3 });
    const missing = await registry.call('GET', '/api/v1/models/late-flights/versions/9.9.9');
    assert.equal(missing.json.code, 'VERSION_NOT_FOUND');
    assert.match(missing.json.detail, /1\.0\.0, 1\.1\.0/);
  });

  it('compares versions', async () => {
    const models = [{ id, version: '1.0.0' }, { id: 'late-flights' }];
    const { json } = await registry.call('POST', '/api/v1/models/compare', { models });
    assert.deepEqual(json.metrics.log_loss, { direction: 'minimize', values: [0.4, 0.3], best: 1 });
    assert.deepEqual(json.metrics.accuracy.values, [0.8, null]);
    assert.equal(json.sameDataset, true);
  });

  it('moves stages, with the reason in the history', async () => {
    const path = '/api/v1/models/late-flights/versions/1.0.0/stage';
    const { status, json } = await registry.call('POST', path, { stage: 'Production', reason: 'good' });
    assert.equal(status, 200);
    assert.equal(json.stage, 'Production');
    assert.equal(json.stageHistory[0].reason, 'good');
    await registry.call('POST', '/api/v1/models/late-flights/versions/1.1.0/stage', { stage: 'Production' });
    const { json: first } = await registry.call('GET', '/api/v1/models/late-flights/versions/1.0.0');
    assert.equal(first.stage, 'Archived');
    const wrong = await registry.call('POST', path, { stage: 'Live' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.json.detail, /Production/);
  });

  it('knows the dataset and the runs of the jobs', async () => {
    const { json } = await registry.call('GET', `/api/v1/datasets/${'a'.repeat(64)}`);
    assert.equal(json.rows, 1000);
    const { json: run } = await registry.call('GET', '/api/v1/runs/job-2');
    assert.equal(run.kind, 'job');
    assert.equal(run.metrics.log_loss, 0.3);
  });

  it('deletes a model', async () => {
    const { json } = await registry.call('DELETE', '/api/v1/models/late-flights');
    assert.deepEqual(json, { id, name: 'late-flights', deleted: true });
    assert.equal((await registry.call('GET', `/api/v1/models/${id}`)).status, 404);
    assert.equal((await registry.call('GET', '/api/v1/models/')).json.total, 0);
    assert.equal((await registry.call('DELETE', '/api/v1/models/late-flights')).status, 404);
  });
});

describe('uploads', () => {
  let registry: Registry;
  before(async () => {
    registry = await serveRegistry(1000);
  });
  after(() => registry.stop());
  const csv = 'carrier,distance\nAA,10\nBB,20\nAA,\n';
  const hash = createHash('sha256').update(csv).digest('hex');

  it('registers a file and says what is in it', async () => {
    const { status, json } = await registry.call('POST', '/api/v1/datasets?name=flights.csv', csv);
    assert.equal(status, 201);
    assert.equal(json.datasetId, hash);
    assert.equal(json.uri, `dataset://${hash}`);
    assert.equal(json.rows, 3);
    assert.deepEqual(json.columns, [
      { name: 'carrier', type: 'category', missing: 0, distinct: 2 },
      { name: 'distance', type: 'number', missing: 1, distinct: 2 },
    ]);
    const again = await registry.call('POST', '/api/v1/datasets?name=other.csv', csv);
    assert.deepEqual(again.json, json);
    const { json: list } = await registry.call('GET', '/api/v1/datasets');
    assert.equal(list.total, 1);
    const { json: profile } = await registry.call('GET', `/api/v1/datasets/${hash}/profile`);
    assert.equal(profile.columns[1].mean, 15);
  });

  it('refuses what is too large, told or streamed', async () => {
    const told = await registry.call('POST', '/api/v1/datasets', 'x'.repeat(2000));
    assert.equal(told.status, 413);
    assert.equal(told.json.code, 'UPLOAD_TOO_LARGE');
    const streamed = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 20; i++) controller.enqueue(Buffer.alloc(100, 120));
        controller.close();
      },
    });
    const { status, json } = await registry.call('POST', '/api/v1/datasets', streamed);
    assert.equal(status, 413);
    assert.equal(json.code, 'UPLOAD_TOO_LARGE');
  });

  it('says what is wrong with a file', async () => {
    const empty = await registry.call('POST', '/api/v1/datasets?name=x.csv', '');
    assert.equal(empty.json.code, 'UPLOAD_EMPTY');
    const twice = await registry.call('POST', '/api/v1/datasets?name=x.csv', 'a,a\n1,2\n');
    assert.equal(twice.status, 400);
    assert.equal(twice.json.code, 'COLUMN_DUPLICATE');
    const cut = await registry.call('POST', '/api/v1/datasets?name=x.parquet', 'PAR1xxxx');
    assert.equal(cut.status, 400);
    assert.equal(cut.json.code, 'FILE_UNREADABLE');
    assert.doesNotMatch(cut.json.detail, /[0-9a-f]{64}/, 'no path of ours');
    assert.equal((await registry.call('GET', '/api/v1/datasets/nope')).json.code, 'DATASET_NOT_FOUND');
  });
});

describe('experiments', () => {
  let registry: Registry;
  before(async () => {
    registry = await serveRegistry();
  });
  after(() => registry.stop());

  it('keeps what a user logs', async () => {
    const { status, json: started } = await registry.call('POST', '/api/v1/experiments', { name: 'mine' });
    assert.equal(status, 201);
    assert.deepEqual((await registry.call('POST', '/api/v1/experiments', { name: 'mine' })).json, started);
    const runs = [];
    for (const lr of [0.1, 0.2]) {
      const { json: run } = await registry.call('POST', '/api/v1/experiments/mine/runs', { params: { lr, depth: 3 } });
      const root = `/api/v1/experiments/runs/${run.runId}`;
      await registry.call('POST', `${root}/metrics`, { metrics: [{ name: 'loss', value: lr }] });
      await registry.call('POST', `${root}/artifacts?name=notes.txt`, 'hello');
      const { json: finished } = await registry.call('POST', `${root}/finish`, { status: 'finished' });
      assert.equal(finished.status, 'finished');
      const late = await registry.call('POST', `${root}/params`, { params: { x: 1 } });
      assert.equal(late.status, 409);
      assert.equal((await registry.call('GET', `${root}/artifacts/notes.txt`)).text, 'hello');
      runs.push(run.runId);
    }
    const { json: list } = await registry.call('GET', `/api/v1/experiments/${started.id}/runs`);
    assert.equal(list.total, 2);
    const { json: compared } = await registry.call('GET', `/api/v1/experiments/runs/compare?ids=${runs.join(',')}`);
    assert.deepEqual(compared.metrics, { loss: [0.1, 0.2] });
    assert.deepEqual(compared.params, { lr: [0.1, 0.2] });
    const { json: one } = await registry.call('GET', `/api/v1/runs/${runs[0]}`);
    assert.equal(one.history.length, 1);
    const { json: experiments } = await registry.call('GET', '/api/v1/experiments');
    assert.equal(experiments.experiments[0].runs, 2);
  });

  it('refuses what does not exist and what is no number', async () => {
    assert.equal((await registry.call('GET', '/api/v1/experiments/nope/runs')).json.code, 'EXPERIMENT_NOT_FOUND');
    assert.equal((await registry.call('GET', '/api/v1/runs/nope')).json.code, 'RUN_NOT_FOUND');
    const wrong = await registry.call('POST', '/api/v1/runs/nope/metrics', { metrics: [{ name: 'x', value: 'y' }] });
    assert.equal(wrong.status, 400);
  });
});
