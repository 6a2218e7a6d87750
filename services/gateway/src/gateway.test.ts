import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { EvaluateRequested, TrainRequested } from '@trainyard/contracts';
import { acceptedRequest, readEvents, request, TestGateway } from './test-gateway.js';

let gateway: TestGateway;
before(async () => {
  gateway = await TestGateway.start();
});
after(() => gateway.stop());

const jobs = '/api/v1/models/jobs';
const accepted = (jobId: string) => ({
  jobId,
  name: 'late-flights',
  stage: 'queued',
  request: acceptedRequest(jobId),
  acceptedAt: Date.now(),
});
const completed = (jobId: string) => ({
  jobId,
  modelId: 'm1',
  modelName: 'late-flights',
  version: '1.0.0',
  task: 'binary',
  model: 'logistic',
  metrics: { auc: 0.8 },
  completedAt: Date.now(),
});
const candidateOf = (jobId: string) => ({
  jobId,
  attempt: 1,
  name: 'nine',
  experiment: 'default',
  task: 'binary',
  model: 'logistic',
  params: {},
  dataset: { hash: 'h', uri: 'dataset://h', source: 'file:///a.csv', format: 'csv', rows: 10, columns: 2 },
  artifact: 'bundle',
  holdout: 'rows',
  report: 'report',
  trainingSeconds: 1,
  seed: 7,
  codeVersion: '0.1.0',
});
const progressed = (jobId: string, progress: number) => ({
  jobId,
  attempt: 1,
  progress,
  iteration: Math.round(progress * 100),
  iterations: 100,
  at: Date.now(),
});
const start = (jobId: string) =>
  gateway.tell('TrainStarted', { jobId, attempt: 1, worker: 'w', startedAt: Date.now() });

describe('POST /api/v1/models/train', () => {
  test('hands the request on with its defaults', async () => {
    const { status, body } = await gateway.train({});
    assert.equal(status, 202);
    assert.equal(body.status, 'queued');
    assert.equal(body.links.self, `${jobs}/${body.jobId}`);
    const [command] = await gateway.sentFor(body.jobId, 1);
    assert.equal(command?.type, 'TrainRequested');
    const data = command?.data as TrainRequested;
    assert.deepEqual([data.jobId, data.seed, data.task, data.experiment], [body.jobId, 7, 'auto', 'default']);
  });

  test('the same job id or key again is the same job', async () => {
    const first = await gateway.train({ jobId: 'mine' });
    const again = await gateway.train({ jobId: 'mine', seed: 8 });
    assert.deepEqual([first.body.jobId, again.body.jobId, again.status], ['mine', 'mine', 202]);
    assert.equal((await gateway.sentFor('mine', 1)).length, 1);
    const key = { 'idempotency-key': 'abc' };
    const [one, two] = await Promise.all([gateway.train({}, key), gateway.train({}, key)]);
    assert.equal(one.body.jobId, two.body.jobId);
    assert.equal((await gateway.sentFor(one.body.jobId, 1)).length, 1);
    const other = await gateway.train({ seed: 9 }, key);
    assert.deepEqual([other.status, other.body.code], [409, 'IDEMPOTENCY_KEY_REUSED']);
    assert.equal((await gateway.sentFor(one.body.jobId, 1)).length, 1);
  });

  test('what is wrong is said at once, with the field', async () => {
    const cases: [object, string, RegExp][] = [
      [{ colour: 1 }, 'VALIDATION_FAILED', /colour/],
      [{ dataset: undefined }, 'VALIDATION_FAILED', /dataset/],
      [{ dataset: { uri: 7 } }, 'VALIDATION_FAILED', /dataset\.uri/],
      [{ dataset: { uri: 'file:///a.csv', traget: 'x' } }, 'VALIDATION_FAILED', /traget/],
      [{ dataset: { uri: 'flights.csv', target: 'x' } }, 'URI_INVALID', /file:\/\//],
      [{ dataset: { uri: 'ftp://h/x.csv', target: 'x' } }, 'URI_INVALID', /s3/],
      [{ seed: 'seven' }, 'VALIDATION_FAILED', /seed/],
      [{ task: 'guess' }, 'VALIDATION_FAILED', /task/],
      [{ jobId: 'a b' }, 'VALIDATION_FAILED', /jobId/],
      [{ model: 'logistik' }, 'MODEL_UNKNOWN', /"logistic"/],
      [{ model: ['logistic', 'nope'] }, 'MODEL_UNKNOWN', /nope/],
      [{ task: 'regression' }, 'TASK_UNSUPPORTED', /binary/],
      [{ params: { c: 1, banana: 2 } }, 'PARAMETER_UNKNOWN', /parameter/],
      [{ params: { C: -1 } }, 'PARAMETER_INVALID', /params\.C/],
      [{ deploy: { environment: 'production', strategy: 'canary' } }, 'OPTION_UNSUPPORTED', /deploy\.strategy/],
      [{ search: { strategy: 'tpe' } }, 'OPTION_UNSUPPORTED', /search\.strategy/],
    ];
    const before = gateway.sent.length;
    for (const [body, code, says] of cases) {
      const answer = await gateway.train(body);
      assert.deepEqual([answer.status, answer.body.code], [400, code], JSON.stringify(body));
      assert.match(answer.body.detail, says);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    }
    assert.equal((await gateway.call('POST', '/api/v1/models/train', '{"dataset":')).body.code, 'MALFORMED_JSON');
    assert.equal(gateway.sent.length, before, 'nothing of it was handed on');
  });

  test('a body that claims 5 GB is refused before it is read', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': 5 * 1024 ** 3 };
      const options = { port: gateway.running.port, path: '/api/v1/models/train', method: 'POST', headers };
      const sent = httpRequest(options, (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write('{');
    });
    assert.equal(status, 413);
  });
});

describe('jobs', () => {
  test('are shown, listed and filtered, newest first', async () => {
    await gateway.train({ jobId: 'shown', name: 'late-flights' });
    await gateway.tell('JobAccepted', accepted('shown'));
    await start('shown');
    const { body } = await gateway.call('GET', `${jobs}/shown`);
    assert.deepEqual([body.status, body.stage, body.attempts, body.name], ['running', 'running', 1, 'late-flights']);
    await gateway.tell('JobAccepted', accepted('from-kafka'));
    const { body: list } = await gateway.call('GET', `${jobs}?limit=1`);
    assert.equal(list.jobs[0].jobId, 'from-kafka');
    assert.ok(list.total > 1);
    const { body: running } = await gateway.call('GET', `${jobs}?status=running`);
    assert.deepEqual(
      running.jobs.map((job: { jobId: string }) => job.jobId),
      ['shown'],
    );
    assert.equal((await gateway.call('GET', `${jobs}?status=odd`)).body.code, 'VALIDATION_FAILED');
    assert.equal((await gateway.call('GET', `${jobs}/none`)).body.code, 'JOB_NOT_FOUND');
    assert.equal((await gateway.call('GET', `${jobs}/none/events`)).status, 404);
  });

  test('a fact that is delivered twice is absorbed once', async () => {
    await gateway.tell('JobAccepted', accepted('twice'), 'same-id');
    const [before] = await readEvents(`${gateway.origin}${jobs}/twice/events`, {}, () => true);
    await gateway.tell('JobAccepted', accepted('twice'), 'same-id');
    const { body } = await gateway.call('GET', `${jobs}/twice`);
    assert.equal(body.status, 'queued');
    assert.equal(before?.id, '1');
  });

  test('are cancelled until they have ended', async () => {
    await gateway.train({ jobId: 'unwanted' });
    const { status, body } = await gateway.call('DELETE', `${jobs}/unwanted`);
    assert.deepEqual([status, body.cancelling], [202, true]);
    await gateway.call('DELETE', `${jobs}/unwanted`);
    const sent = await gateway.sentFor('unwanted', 2);
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['TrainRequested', 'CancelRequested'],
    );
    await gateway.tell('JobCancelled', { jobId: 'unwanted', reason: 'asked for', cancelledAt: Date.now() });
    const late = await gateway.call('DELETE', `${jobs}/unwanted`);
    assert.deepEqual([late.status, late.body.code], [409, 'JOB_ENDED']);
    assert.equal((await gateway.call('DELETE', `${jobs}/none`)).status, 404);
  });
});

describe('event streams', () => {
  test('tell what happens as it happens, and end with the job', async () => {
    await gateway.train({ jobId: 'live' });
    const reading = readEvents(`${gateway.origin}${jobs}/live/events`);
    await gateway.tell('JobAccepted', accepted('live'));
    await start('live');
    await gateway.tell('TrainProgressed', progressed('live', 0.5));
    const { body } = await gateway.call('GET', `${jobs}/live`);
    assert.deepEqual([body.progress, body.iteration, body.iterations], [0.45, 50, 100]);
    await gateway.tell('JobCompleted', completed('live'));
    const events = await reading;
    assert.deepEqual(
      events.map(({ event }) => event),
      ['status', 'status', 'progress', 'status'],
    );
    assert.deepEqual(
      events.map(({ data }) => data.status ?? data.progress),
      ['queued', 'running', 0.45, 'completed'],
    );
    assert.deepEqual(events.at(-1)?.data.model, { id: 'm1', name: 'late-flights', version: '1.0.0' });
  });

  test('progress arrives within 250 ms, however fast it comes, and the last is never lost', async () => {
    await gateway.tell('JobAccepted', accepted('fast'));
    await start('fast');
    const reading = readEvents(`${gateway.origin}${jobs}/fast/events`, {}, ({ data }) => data.iteration === 99);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let i = 1; i < 99; i++) await gateway.tell('TrainProgressed', progressed('fast', i / 100));
    const last = performance.now();
    await gateway.tell('TrainProgressed', progressed('fast', 0.99));
    const events = await reading;
    assert.ok(performance.now() - last < 250, `${performance.now() - last} ms`);
    assert.ok(events.length < 60, `${events.length} events`);
  });

  test('resume after the last event that was read', async () => {
    await gateway.tell('JobAccepted', accepted('resumed'));
    await start('resumed');
    const url = `${gateway.origin}${jobs}/resumed/events`;
    const [first] = await readEvents(url, {}, () => true);
    assert.equal(first?.id, '1');
    await gateway.tell('JobCompleted', completed('resumed'));
    const rest = await readEvents(url, { 'last-event-id': '1' });
    assert.deepEqual(
      rest.map(({ id, data }) => [id, data.status]),
      [
        ['2', 'running'],
        ['3', 'completed'],
      ],
    );
    const all = await readEvents(url);
    assert.deepEqual(
      all.map(({ id }) => id),
      ['1', '2', '3'],
    );
  });

  test('are limited in number', async () => {
    const small = await TestGateway.start({ MAX_EVENT_STREAMS: '1' });
    try {
      await small.train({ jobId: 'watched' });
      const url = `${small.origin}${jobs}/watched/events`;
      const open = await fetch(url);
      assert.equal(open.status, 200);
      const refused = await fetch(url);
      assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [503, 'TOO_MANY_STREAMS']);
      await open.body?.cancel();
      for (let tries = 0; tries < 100; tries++) {
        const again = await fetch(url);
        await again.body?.cancel();
        if (again.status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.fail('a closed stream still counts');
    } finally {
      await small.stop();
    }
  });
});

describe('POST /api/v1/events', () => {
  const structured = { 'content-type': 'application/cloudevents+json' };
  const event = (type: string, data: object, id = 'e1') => ({ specversion: '1.0', id, source: 'me', type, data });
  const send = (body: unknown, headers: Record<string, string> = structured) =>
    gateway.call('POST', '/api/v1/events', body, headers);

  test('a TrainRequested starts one job, however often it is sent', async () => {
    const body = event('io.trainyard.training.TrainRequested', request);
    const [first, second] = [await send(body), await send(body)];
    assert.deepEqual([first.status, second.status], [202, 202]);
    assert.equal(first.body.jobId, second.body.jobId);
    assert.equal((await gateway.sentFor(first.body.jobId, 1)).length, 1);
  });

  test('binary mode', async () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'b1', 'ce-source': 'me', 'ce-type': 'CancelRequested' };
    await gateway.train({ jobId: 'cancelled-by-event' });
    const { status } = await send({ jobId: 'cancelled-by-event', reason: 'enough' }, headers);
    assert.equal(status, 202);
    const sent = await gateway.sentFor('cancelled-by-event', 2);
    assert.deepEqual((sent[1]!.data as { reason: string }).reason, 'enough');
  });

  test('other commands are handed on once', async () => {
    const data = { modelId: 'm7', version: '1.0.0', stage: 'Production' };
    await send(event('StageChangeRequested', data, 's1'));
    await send(event('StageChangeRequested', data, 's1'));
    const sent = await gateway.sentFor('m7', 1);
    assert.deepEqual(
      sent.map(({ type }) => type),
      ['StageChangeRequested'],
    );
  });

  test('what may not be sent is refused', async () => {
    const cases: [unknown, Record<string, string>, number, string][] = [
      [event('JobCompleted', { jobId: 'x' }), structured, 403, 'EVENT_NOT_ALLOWED'],
      [event('TrialRequested', { jobId: 'x' }), structured, 403, 'EVENT_NOT_ALLOWED'],
      [event('Nonsense', {}), structured, 400, 'EVENT_UNKNOWN'],
      [event('StageChangeRequested', { modelId: 'm8' }), structured, 400, 'EVENT_INVALID'],
      [event('TrainRequested', { dataset: {} }), structured, 400, 'VALIDATION_FAILED'],
      [{ id: 'x' }, structured, 400, 'VALIDATION_FAILED'],
      [{ id: 'x' }, { 'content-type': 'application/json' }, 415, 'NOT_A_CLOUDEVENT'],
      [[], { 'content-type': 'application/cloudevents-batch+json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['{"id":', structured, 400, 'MALFORMED_JSON'],
    ];
    for (const [body, headers, status, code] of cases) {
      const answer = await send(body, headers);
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(body));
    }
  });
});

describe('POST /api/v1/evaluations', () => {
  test('asks for the evaluation of a version that was trained here', async () => {
    await gateway.tell('JobAccepted', accepted('evaluated'));
    await gateway.tell('TrainCompleted', { jobId: 'evaluated', candidate: candidateOf('evaluated') });
    await gateway.tell('JobCompleted', { ...completed('evaluated'), modelId: 'm9', modelName: 'nine' });
    const { status, body } = await gateway.call('POST', '/ml/evaluation/evaluate', {
      model: 'nine',
      gates: [{ metric: 'auc', min: 0.5 }],
    });
    assert.equal(status, 202);
    const [command] = await gateway.sentFor('m9', 1);
    const { evaluationId, artifact, holdout, version } = command!.data as EvaluateRequested;
    assert.deepEqual([evaluationId, artifact, holdout, version], [body.evaluationId, 'bundle', 'rows', '1.0.0']);
    const call = (asked: object) => gateway.call('POST', '/api/v1/evaluations', asked);
    assert.equal((await call({ model: 'm9', version: '2.0.0' })).body.code, 'VERSION_NOT_FOUND');
    assert.equal((await call({ model: 'nobody' })).body.code, 'MODEL_NOT_FOUND');
    assert.equal((await call({ model: 'm9', threshold: 1 })).body.code, 'VALIDATION_FAILED');
  });
});

describe('everything else', () => {
  test('dead letters are listed', async () => {
    const { bus } = gateway.running.platform;
    const value = Buffer.from('not avro at all');
    await bus.publish([{ topic: 'training.events', key: 'k', value, headers: {} }]);
    const { body } = await gateway.call('GET', '/api/v1/dead-letters?topic=training.events');
    assert.equal(body.total, 1);
    assert.equal(body.deadLetters[0].code, 'BAD_MAGIC');
    assert.equal(Buffer.from(body.deadLetters[0].value, 'base64').toString(), 'not avro at all');
  });

  test('the calls answer under their other names', async () => {
    const started = await gateway.call('POST', '/ml/training/start', { ...request, jobId: 'other-name' });
    assert.equal(started.status, 202);
    const { body } = await gateway.call('GET', '/ml/training/other-name/status');
    assert.equal(body.jobId, 'other-name');
    await gateway.call('POST', '/ml/optimization/start', { ...request, jobId: 'searched' });
    const [command] = await gateway.sentFor('searched', 1);
    assert.equal((command!.data as { search: { trials: number } }).search.trials, 20);
    assert.equal((await gateway.call('GET', '/ml/nonsense')).body.code, 'CALL_NOT_FOUND');
  });

  test('models that can be trained are listed with their parameters', async () => {
    const { body } = await gateway.call('GET', '/api/v1/models/algorithms');
    const logistic = body.algorithms.find(({ name }: { name: string }) => name === 'logistic');
    assert.equal(logistic.params.C.default, 1);
    assert.ok(logistic.tasks.includes('binary'));
  });

  test('OpenAPI describes the calls and their other names', async () => {
    const { body } = await gateway.call('GET', '/openapi.json');
    assert.equal(body.openapi, '3.1.0');
    const train = body.paths['/api/v1/models/train'].post.requestBody.content['application/json'].schema;
    assert.deepEqual(train.required, ['dataset']);
    assert.equal(body.paths['/ml/training/{job}/status'].get.parameters[0].name, 'job');
    const ids = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    assert.equal(new Set(ids).size, ids.length, 'operation ids are unique');
  });

  test('pages are served under the content security policy', async () => {
    const docs = await gateway.call('GET', '/docs');
    assert.equal(docs.status, 200);
    assert.match(docs.headers.get('content-security-policy') ?? '', /script-src 'self'/);
    assert.doesNotMatch(docs.body, /<script>|https?:\/\/(?!www\.w3)/, 'no inline script, nothing from elsewhere');
    for (const file of ['/pages/docs.js', '/pages/playground.js', '/pages/page.css']) {
      assert.equal((await gateway.call('GET', file)).status, 200, file);
    }
    assert.match((await gateway.call('GET', '/api/v1/models/m1/playground')).body, /playground\.js/);
    const root = await gateway.call('GET', '/', undefined, { accept: 'text/html' });
    assert.equal(root.status, 200);
    assert.equal(root.headers.get('cache-control'), 'no-cache');
    assert.equal((await gateway.call('GET', '/pages/../../package.json')).status, 404);
  });

  test('what is not there yet, and what never was, say so', async () => {
    const explain = await gateway.call('POST', '/api/v1/models/m1/explain', {});
    assert.deepEqual([explain.status, explain.body.code], [501, 'NOT_AVAILABLE']);
    const missing = await gateway.call('GET', '/api/v1/nothing');
    assert.deepEqual([missing.status, missing.body.code], [404, 'CALL_NOT_FOUND']);
  });
});

test('a restarted gateway knows its jobs and hands on what it owed', async () => {
  await gateway.train({ jobId: 'kept' });
  await gateway.sentFor('kept', 1);
  await gateway.running.stop();
  const again = await TestGateway.start({ DATA_DIR: gateway.folder });
  try {
    assert.equal((await again.call('GET', `${jobs}/kept`)).body.status, 'queued');
    assert.equal((await again.train({ jobId: 'kept' })).status, 202);
    assert.equal((await again.sentFor('kept', 1, 300)).length, 0, 'it was handed on before');
  } finally {
    await again.stop();
  }
});
