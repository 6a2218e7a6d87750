import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { PredictionLogged } from '@trainyard/contracts';
import { nameOf, TestService, versionOf } from './test-service.js';

let service: TestService;
let low: string;
let high: string;

before(async () => {
  service = await TestService.start();
  low = await service.bundle(3);
  high = await service.bundle(7);
});
after(() => service.stop());

const predict = (id: string, body: unknown, headers?: Record<string, string>) =>
  service.call('POST', `/api/v1/predict/${id}`, body, headers);
const instances = [{ x: 5, z: 1 }];

describe('predictions', () => {
  before(async () => {
    await service.register('m1', 1, low);
    const ready = await service.deploy('m1', 1, low);
    assert.equal(ready.type, 'DeploymentReady');
    assert.equal(ready.key, 'job-1');
  });

  test('a deployed model answers by id and by name', async () => {
    for (const id of ['m1', nameOf('m1')]) {
      const { status, body } = await predict(id, { instances: [{ x: 9, z: 1 }, { x: 0.1 }, [9, 1], {}] });
      assert.equal(status, 200);
      assert.deepEqual(body.model, { id: 'm1', name: nameOf('m1'), version: versionOf(1) });
      assert.deepEqual(
        body.predictions.slice(0, 3).map((p: { prediction: string }) => p.prediction),
        ['yes', 'no', 'yes'],
      );
      const { probabilities, confidence } = body.predictions[0];
      assert.equal(confidence, probabilities.yes);
      assert.ok(Math.abs(probabilities.yes + probabilities.no - 1) < 1e-9);
    }
  });

  test('errors name the feature, the row and what to do', async () => {
    const unknown = await predict('m1', { instances: [{ x: 1 }, { y: 1 }] });
    assert.equal(unknown.status, 400);
    assert.equal(unknown.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(unknown.body.code, 'FEATURE_UNKNOWN');
    assert.equal(unknown.body.field, 'y');
    assert.equal(unknown.body.row, 1);
    const wrong = await predict('m1', { instances: [{ x: 'many' }] });
    assert.equal(wrong.body.code, 'FEATURE_INVALID');
    assert.equal((await predict('nobody', { instances })).body.code, 'MODEL_NOT_FOUND');
    const version = await predict('m1', { instances, version: '9.9.9' });
    assert.deepEqual([version.status, version.body.code], [404, 'VERSION_NOT_FOUND']);
  });

  test('a request that is no prediction request is refused', async () => {
    const cases: [unknown, number, string][] = [
      ['{"instances": [', 400, 'MALFORMED_JSON'],
      ['[]', 400, 'VALIDATION_FAILED'],
      [{}, 400, 'VALIDATION_FAILED'],
      [{ instances: [] }, 400, 'VALIDATION_FAILED'],
      [{ instances: {} }, 400, 'VALIDATION_FAILED'],
      [{ instances: [7] }, 400, 'FEATURE_INVALID'],
      [{ instances: [[1]] }, 400, 'FEATURE_INVALID'],
      [{ instances, colour: 'red' }, 400, 'VALIDATION_FAILED'],
      [{ instances, version: 1 }, 400, 'VALIDATION_FAILED'],
      [{ instances, explain: true }, 400, 'OPTION_UNSUPPORTED'],
      [{ instances: new Array(10_001).fill({}) }, 400, 'VALIDATION_FAILED'],
      [`{"instances":["${'x'.repeat(11 * 1024 * 1024)}"]}`, 413, 'BODY_TOO_LARGE'],
    ];
    for (const [body, status, code] of cases) {
      const answer = await predict('m1', body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body).slice(0, 60));
    }
    const plain = await predict('m1', '{}', { 'content-type': 'text/plain' });
    assert.equal(plain.body.code, 'UNSUPPORTED_MEDIA_TYPE');
    assert.equal((await predict('m1', { instances })).status, 200);
  });

  test('a body that claims 5 GB is refused before it is read', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': 5 * 1024 ** 3 };
      const sent = httpRequest(
        { port: service.running.port, path: '/api/v1/predict/m1', method: 'POST', headers },
        (response) => {
          resolve(response.statusCode);
          sent.destroy();
        },
      );
      sent.on('error', reject);
      sent.write('{"instances":');
    });
    assert.equal(status, 413);
  });

  test('a compressed body is read', async () => {
    const response = await fetch(`http://127.0.0.1:${service.running.port}/api/v1/predict/m1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ instances })),
    });
    assert.equal(response.status, 200);
  });

  test('a long list is answered in order, and its errors name the row in the whole list', async () => {
    const many = Array.from({ length: 1800 }, (_, i) => ({ x: i % 2 === 0 ? 9 : 0.1 }));
    const { body } = await predict('m1', { instances: many });
    assert.equal(body.predictions.length, 1800);
    assert.equal(body.predictions[1798].prediction, 'yes');
    assert.equal(body.predictions[1799].prediction, 'no');
    const wrong = await predict('m1', { instances: [...many, { x: 'no number' }] });
    assert.equal(wrong.body.row, 1800);
    assert.match(wrong.body.detail, /instance 1800/);
  });

  test('tells what the model takes', async () => {
    const { body } = await service.call('GET', '/api/v1/predict/m1');
    assert.equal(body.task, 'binary');
    assert.deepEqual(
      body.inputs.map((input: { name: string }) => input.name),
      ['x', 'z'],
    );
  });
});

describe('versions', () => {
  test('without a deployment the newest registered version answers, and any version on request', async () => {
    await service.register('m2', 1, low);
    await service.register('m2', 2, high);
    assert.equal((await predict('m2', { instances })).body.model.version, versionOf(2));
    const first = await predict(nameOf('m2'), { instances, version: versionOf(1) });
    assert.equal(first.body.model.version, versionOf(1));
    assert.equal(first.body.predictions[0].prediction, 'yes');
    await service.register('m2', 3, low);
    for (let tries = 0; ; tries++) {
      const { body } = await predict('m2', { instances });
      if (body.model.version === versionOf(3)) break;
      assert.ok(tries < 100, 'the third version never answered');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test('a new deployment takes over without a failed request', async () => {
    await service.deploy('m3', 1, low);
    let running = true;
    const versions: string[] = [];
    const caller = async () => {
      while (running) {
        const { status, body } = await predict('m3', { instances });
        assert.equal(status, 200);
        versions.push(body.model.version);
      }
    };
    const callers = [caller(), caller(), caller()];
    for (let ordinal = 2; ordinal <= 6; ordinal++) {
      await service.deploy('m3', ordinal, ordinal % 2 ? low : high);
      const enough = versions.length + 5;
      while (versions.length < enough) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const { body } = await predict('m3', { instances });
    running = false;
    await Promise.all(callers);
    assert.equal(body.model.version, versionOf(6), 'once it is announced, it answers');
    assert.ok(versions.length > 20);
    assert.deepEqual(versions, [...versions].sort(), 'it never goes back to an older version');
  });

  test('a broken version fails its job while the previous one keeps serving', async () => {
    await service.deploy('m4', 1, low);
    const { digest } = await service.running.platform.artifacts.put(randomBytes(100));
    const failed = await service.deploy('m4', 2, digest);
    assert.equal(failed.type, 'DeploymentFailed');
    assert.equal((failed.data as { code: string }).code, 'ARTIFACT_INVALID');
    assert.equal((await predict('m4', { instances })).body.model.version, versionOf(1));
    const { body } = await service.call('GET', '/api/v1/deployments/m4');
    assert.deepEqual([body.status, body.version, body.error.code], ['ready', versionOf(1), 'ARTIFACT_INVALID']);
    const unsupported = await service.deploy('m4', 3, low, 'shadow');
    assert.equal((unsupported.data as { code: string }).code, 'OPTION_UNSUPPORTED');
  });

  test('a deleted model is gone', async () => {
    await service.register('m5', 1, low);
    await service.deploy('m5', 1, low);
    assert.equal((await predict('m5', { instances })).status, 200);
    await service.publish('ModelDeleted', 'm5', { modelId: 'm5', modelName: nameOf('m5'), deletedAt: Date.now() });
    assert.equal((await predict('m5', { instances })).body.code, 'MODEL_NOT_FOUND');
  });
});

describe('deployments over REST', () => {
  test('deploys, lists, shows and takes out of service', async () => {
    await service.register('m6', 1, low);
    await service.register('m6', 2, high);
    const asked = await service.call('POST', '/api/v1/deployments', { model: nameOf('m6'), version: versionOf(1) });
    assert.equal(asked.status, 202);
    await service.until(
      ({ type, data }) => type === 'DeploymentReady' && (data as { modelId: string }).modelId === 'm6',
    );
    assert.equal((await predict('m6', { instances })).body.model.version, versionOf(1));
    const { body: list } = await service.call('GET', '/api/v1/deployments?limit=2');
    assert.equal(list.deployments[0].deploymentId, 'm6:production');
    assert.ok(list.total >= list.deployments.length);
    const { body } = await service.call('DELETE', '/api/v1/deployments/m6');
    assert.equal(body.status, 'retired');
    assert.equal((await predict('m6', { instances })).body.code, 'MODEL_NOT_DEPLOYED');
  });

  test('refuses what it cannot deploy', async () => {
    const call = (body: unknown) => service.call('POST', '/api/v1/deployments', body);
    assert.equal((await call({ model: 'nobody' })).body.code, 'MODEL_NOT_FOUND');
    assert.equal((await call({ model: 'm2', version: '7.7.7' })).body.code, 'VERSION_NOT_FOUND');
    assert.equal((await call({ model: 'm2', environment: 'moon' })).body.code, 'VALIDATION_FAILED');
    assert.equal((await service.call('GET', '/api/v1/deployments/nobody')).body.code, 'DEPLOYMENT_NOT_FOUND');
  });
});

describe('batches', () => {
  const run = async (body: object, headers?: Record<string, string>) => {
    const asked = await service.call('POST', '/api/v1/predict/m1/batch', body, headers);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const { batchId } = asked.body;
    const ended = await service.until(({ data }) => (data as { batchId?: string }).batchId === batchId);
    return { batchId, ended, self: `/api/v1/predict/batches/${batchId}` };
  };

  test('predicts a file, as CSV and as JSON lines', async () => {
    const file = path.join(service.folder, 'rows.csv');
    writeFileSync(file, 'x,z,other\n9,1,a\n0.1,2,b\n,3,c\n');
    const uri = pathToFileURL(file).href;
    const { self, ended } = await run({ input: { uri } });
    assert.equal(ended.type, 'BatchPredictCompleted');
    const { body: shown } = await service.call('GET', self);
    assert.deepEqual([shown.status, shown.rows], ['completed', 3]);
    const result = await service.call('GET', `${self}/result`);
    assert.equal(result.headers.get('content-type'), 'text/csv; charset=utf-8');
    const lines = result.body.trim().split('\n');
    assert.equal(lines[0], 'prediction,confidence,probability_no,probability_yes');
    assert.deepEqual(
      lines.slice(1, 3).map((line: string) => line.split(',')[0]),
      ['yes', 'no'],
    );
    const second = await run({ input: { uri, format: 'csv' }, output: { format: 'jsonl' } });
    const { body } = await service.call('GET', `${second.self}/result`);
    const answers = body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line));
    assert.equal(answers.length, 3);
    assert.equal(answers[0].prediction, 'yes');
    assert.equal(answers[0].confidence, answers[0].probabilities.yes);
  });

  test('a file that cannot be had fails the batch with the reason', async () => {
    const outside = await run({ input: { uri: 'file:///etc/passwd' } });
    assert.equal((outside.ended.data as { code: string }).code, 'URI_NOT_ALLOWED');
    const { body } = await service.call('GET', outside.self);
    assert.deepEqual([body.status, body.error.code], ['failed', 'URI_NOT_ALLOWED']);
    assert.equal((await service.call('GET', `${outside.self}/result`)).body.code, 'BATCH_NOT_COMPLETED');
    assert.equal((await service.call('GET', '/api/v1/predict/batches/none')).body.code, 'BATCH_NOT_FOUND');
  });

  test('the same key again is the same batch', async () => {
    const body = { input: { uri: 'file:///nowhere' } };
    const key = { 'idempotency-key': 'once' };
    const [first, second] = [await run(body, key), await run(body, key)];
    assert.equal(first.batchId, second.batchId);
  });
});

test('predictions are logged as telemetry, at most ten a second', async () => {
  const logged: PredictionLogged[] = [];
  const { bus, codec } = service.running.platform;
  const subscription = await bus.subscribe({
    group: 'test',
    topics: ['serving.telemetry'],
    mode: 'broadcast',
    handler: async (delivery) => void logged.push((await codec.decode(delivery)).data as PredictionLogged),
  });
  await new Promise((resolve) => setTimeout(resolve, 120));
  const start = performance.now();
  for (let i = 0; i < 100; i++) await predict('m1', { instances: [[5, 1]] });
  const most = Math.ceil((performance.now() - start) / 100) + 1;
  await new Promise((resolve) => setTimeout(resolve, 50));
  await subscription.stop();
  assert.ok(logged.length >= 1 && logged.length <= most, `${logged.length} of 100 logged`);
  const [first] = logged;
  assert.deepEqual([first?.modelId, first?.version, first?.instances], ['m1', versionOf(1), 1]);
  assert.deepEqual(first?.sample, { x: 5, z: 1 });
});

test('metrics and OpenAPI tell of predictions', async () => {
  const { body: metrics } = await service.call('GET', '/metrics');
  assert.match(metrics, /trainyard_predictions_total\{service="serving",model="m1-name",version="1\.0\.0"\} [1-9]/);
  assert.match(
    metrics,
    /trainyard_prediction_seconds_count\{service="serving",model="m1-name",version="1\.0\.0"\} [1-9]/,
  );
  assert.match(
    metrics,
    /trainyard_prediction_failures_total\{.*model="none",.*status="404",code="MODEL_NOT_FOUND"\} [1-9]/,
  );
  assert.match(metrics, /trainyard_loaded_models\{service="serving"\} [1-9]/);
  const { body: document } = await service.call('GET', '/openapi.json');
  const { instances: described } =
    document.paths['/api/v1/predict/{id}'].post.requestBody.content['application/json'].schema.properties;
  assert.equal(described.maxItems, 10_000);
});

describe('drift', () => {
  const rowsFrom = (least: number) => Array.from({ length: 300 }, (_, i) => ({ x: least + (i % 100) / 10, z: i % 7 }));
  const driftOf = async (id: string) => (await service.call('GET', `/api/v1/deployments/${id}/drift`)).body;

  test('of a deployed version is told by REST and to Prometheus once enough rows came', async () => {
    await service.register('m9', 1, low);
    await service.deploy('m9', 1, low);
    await predict('m9', { instances: rowsFrom(0).slice(0, 100) });
    const few = await driftOf(nameOf('m9'));
    assert.deepEqual([few.state, few.rows, few.rowsNeeded, few.psi], ['too_few_rows', 100, 200, null]);
    await predict('m9', { instances: rowsFrom(0) });
    const alike = await driftOf('m9:production');
    assert.deepEqual([alike.state, alike.rows, alike.model.version], ['measured', 400, versionOf(1)]);
    assert.ok(alike.psi < 0.25, `${alike.psi}`);
    for (let i = 0; i < 5; i++) await predict('m9', { instances: rowsFrom(8) });
    const moved = await driftOf('m9');
    assert.ok(moved.psi > 0.25 && moved.features[0].name === 'x' && moved.features[1].psi < 0.1);
    // What is told to Prometheus is looked up at most once a second.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { body } = await service.call('GET', '/metrics');
    const labels = `service="serving",model="${nameOf('m9')}",version="${versionOf(1)}"`;
    assert.ok(body.includes(`trainyard_drift_psi{${labels}} ${moved.psi}\n`), body);
    assert.ok(body.includes(`trainyard_feature_drift_psi{${labels},feature="x"} ${moved.psi}\n`));
    assert.ok(body.includes(`trainyard_prediction_drift_psi{${labels}} ${moved.prediction.psi}\n`));
    assert.ok(body.includes(`trainyard_drift_rows{${labels}} 1900\n`));
  });

  test('is not told of a version from before there were profiles, nor of what is not deployed', async () => {
    const old = await service.bundle(4, false);
    await service.register('m10', 1, old);
    await service.deploy('m10', 1, old);
    assert.equal((await predict('m10', { instances: rowsFrom(0) })).status, 200);
    const { state, rows, features } = await driftOf('m10');
    assert.deepEqual([state, rows, features], ['no_reference', 0, []]);
    await service.call('DELETE', '/api/v1/deployments/m10');
    assert.equal((await driftOf('m10')).code, 'MODEL_NOT_DEPLOYED');
    assert.equal((await driftOf('nobody')).code, 'DEPLOYMENT_NOT_FOUND');
  });
});

describe('replicas', () => {
  test('another replica switches within the poll', async () => {
    const other = await TestService.start({ DATA_DIR: service.folder, DATA_ROOTS: service.folder });
    try {
      const there = async () => (await other.call('POST', '/api/v1/predict/m3', { instances })).body.model.version;
      assert.equal(await there(), versionOf(6));
      await service.deploy('m3', 7, low);
      const announced = Date.now();
      while ((await there()) !== versionOf(7)) assert.ok(Date.now() - announced < 2000, 'it never switched');
    } finally {
      await other.stop();
    }
  });

  test('a restarted service serves what was deployed, and a version it cannot load does not stop it', async () => {
    const own = await service.bundle(5);
    await service.deploy('m8', 1, own);
    await service.running.platform.artifacts.delete(own);
    await service.running.stop();
    const again = await TestService.start({ DATA_DIR: service.folder, DATA_ROOTS: service.folder });
    try {
      assert.equal((await again.call('GET', '/health/ready')).status, 200);
      const { status, body } = await again.call('POST', '/api/v1/predict/m3', { instances });
      assert.deepEqual([status, body.model.version], [200, versionOf(7)]);
      const broken = await again.call('POST', '/api/v1/predict/m8', { instances });
      assert.deepEqual([broken.status, broken.body.code], [503, 'MODEL_UNAVAILABLE']);
    } finally {
      await again.stop();
    }
  });
});
