import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { Rejection } from '@trainyard/flow';
import { metricsOf } from '@trainyard/telemetry';
import { z } from 'zod';
import { requireApiKey } from './auth.js';
import { ConfigurationError, platformSettings, readSettings } from './config.js';
import { endpoint } from './endpoint.js';
import type { HotCall } from './hot-call.js';
import { Problem } from './problem.js';
import { HttpServer } from './server.js';

const stops: (() => Promise<void>)[] = [];
after(() => Promise.all(stops.map((stop) => stop())));

const endpoints = [
  endpoint({
    method: 'get',
    path: '/things/{id}',
    summary: 'one',
    tag: 't',
    params: z.object({ id: z.string() }),
    handle: ({ params }) => ({ id: params.id }),
  }),
  endpoint({ method: 'get', path: '/things/special', summary: 'special', tag: 't', handle: () => ({ special: true }) }),
  endpoint({
    method: 'post',
    path: '/things',
    summary: 'make',
    tag: 't',
    status: 201,
    body: z.strictObject({ name: z.string(), n: z.number().int().optional() }),
    handle: ({ body }) => body,
  }),
  endpoint({
    method: 'get',
    path: '/fail/{how}',
    summary: 'fail',
    tag: 't',
    params: z.object({ how: z.string() }),
    handle: ({ params: { how } }) => {
      if (how === 'problem') throw new Problem(418, 'TEAPOT', 'no coffee', { kettle: true });
      if (how === 'gone') throw new Rejection('JOB_NOT_FOUND', 'there is no job');
      if (how === 'away')
        throw Object.assign(new Error('mongo at 10.0.0.1'), { code: 'STORE_UNAVAILABLE', retriable: true });
      throw new Error('a secret in a stack trace');
    },
  }),
];

const hot: HotCall = {
  method: 'POST',
  prefix: '/hot/',
  serve: async (_request, response, name) => {
    if (name === 'wrong') throw new Problem(404, 'NO_SUCH', 'no');
    response.end(name);
  },
};

async function serve(environment: Record<string, string> = {}) {
  let reason: string | undefined;
  const settings = readSettings(platformSettings, environment);
  const server = new HttpServer({
    name: 'test',
    settings: { ...settings, HOST: environment.HOST ?? '127.0.0.1' },
    ready: async () => {
      if (reason) throw new Error(reason);
    },
    metrics: metricsOf,
    log: { error: () => {} },
  });
  server.serve({
    notReady: () => reason,
    endpoints,
    hotCalls: [hot],
    pages: (app) => app.get('/page', (_q, r) => void r.send('a page')),
    mount: () => {},
  });
  const port = await server.listen(0);
  stops.push(() => server.close());
  const call = async (target: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, init);
    const text = await response.text();
    return { status: response.status, type: response.headers.get('content-type'), text, json: () => JSON.parse(text) };
  };
  const wait = (why: string | undefined) => {
    reason = why;
  };
  return { port, call, wait };
}

const json = (value: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

describe('metrics', () => {
  test('are in the format that the caller prefers', async () => {
    const { call } = await serve();
    // What Prometheus 2 sends.
    const prometheus =
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    for (const [accept, type] of [
      [prometheus, 'application/openmetrics-text'],
      ['application/openmetrics-text; version=1.0.0', 'application/openmetrics-text'],
      ['text/plain;version=0.0.4', 'text/plain'],
      ['*/*', 'text/plain'],
      ['image/png', 'text/plain'],
    ] as const) {
      const answer = await call('/metrics', { headers: { accept } });
      assert.ok(answer.type?.startsWith(type), `${accept}: ${answer.type}`);
      assert.equal(answer.text.endsWith('# EOF\n'), type !== 'text/plain');
    }
  });

  test('count calls by their path in the description, whatever their parameters are', async () => {
    const { call } = await serve();
    for (let i = 0; i < 3; i++) await call(`/things/${i}`);
    await call('/nowhere/1');
    await call('/fail/gone');
    const { text } = await call('/metrics');
    const count = (labels: string) => text.includes(`trainyard_http_request_seconds_count{service="test",${labels}}`);
    assert.ok(count('method="GET",route="/things/{id}",status="200"'), text.match(/.*http_request.*count.*/g)?.join());
    assert.ok(count('method="GET",route="none",status="404"'));
    assert.ok(count('method="GET",route="/fail/{how}",status="404"'));
  });
});

describe('calls', () => {
  test('a literal path goes before a parameter, in whatever order they are listed', async () => {
    const { call } = await serve();
    assert.deepEqual((await call('/things/special')).json(), { special: true });
    assert.deepEqual((await call('/things/7')).json(), { id: '7' });
  });

  test('bad bodies are problems that name the field', async () => {
    const { call } = await serve();
    const wrong = (await call('/things', json({ name: 1, extra: 2 }))).json();
    assert.equal(wrong.code, 'VALIDATION_FAILED');
    assert.deepEqual(
      wrong.errors.map(({ field }: { field: string }) => field),
      ['name', 'extra'],
    );
    assert.match(wrong.detail, /extra/);
    assert.equal((await call('/things', { ...json(0), body: '{"name":' })).json().code, 'MALFORMED_JSON');
    assert.equal((await call('/things', { ...json(0), body: 'null' })).json().code, 'VALIDATION_FAILED');
    const form = await call('/things', { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/plain' } });
    assert.deepEqual([form.status, form.json().code], [415, 'UNSUPPORTED_MEDIA_TYPE']);
    assert.equal((await call('/things', json({ name: 'x'.repeat(2 ** 21) }))).json().code, 'BODY_TOO_LARGE');
    assert.equal((await call('/things', json({ name: 'a' }))).status, 201);
  });

  test('errors keep their codes; unexpected ones tell nothing of the inside', async () => {
    const { call } = await serve();
    const problem = await call('/fail/problem');
    assert.equal(problem.type?.split(';')[0], 'application/problem+json');
    assert.deepEqual([problem.status, problem.json().code, problem.json().kettle], [418, 'TEAPOT', true]);
    assert.deepEqual((await call('/fail/gone')).status, 404);
    const away = await call('/fail/away');
    assert.equal(away.status, 503);
    assert.doesNotMatch(away.text, /10\.0\.0\.1/);
    const inside = await call('/fail/otherwise');
    assert.equal(inside.status, 500);
    assert.doesNotMatch(inside.text, /secret/);
    assert.equal((await call('/nowhere')).json().code, 'CALL_NOT_FOUND');
  });

  test('before it is ready it lives, says why, and refuses calls', async () => {
    const { call, wait } = await serve();
    wait('Kafka is away');
    assert.equal((await call('/health/live')).status, 200);
    assert.equal((await call('/health/ready')).status, 503);
    assert.equal((await call('/things/7')).json().code, 'NOT_READY');
    wait(undefined);
    assert.equal((await call('/things/7')).status, 200);
  });

  test('the document describes the calls by their own schemas', async () => {
    const { call } = await serve();
    const document = (await call('/openapi.json')).json();
    assert.equal(document.openapi, '3.1.0');
    const body = document.paths['/things'].post.requestBody.content['application/json'].schema;
    assert.deepEqual(body.required, ['name']);
    assert.equal(body.additionalProperties, false);
  });
});

test('a hot call has the same guard and the same problems as any other', async () => {
  const { call, wait } = await serve();
  const post = { method: 'POST' };
  assert.equal((await call('/hot/a%20b?x=1', post)).text, 'a b');
  const wrong = await call('/hot/wrong', post);
  assert.deepEqual(
    [wrong.status, wrong.type, wrong.json().code],
    [404, 'application/problem+json; charset=utf-8', 'NO_SUCH'],
  );
  assert.equal((await call('/hot/%zz', post)).status, 400);
  assert.equal((await call('/hot/a', { ...post, headers: { origin: 'https://evil.example' } })).status, 403);
  wait('Kafka is away');
  assert.equal((await call('/hot/a', post)).json().code, 'NOT_READY');
  wait(undefined);
  assert.equal((await call('/hot/a/b', post)).json().code, 'CALL_NOT_FOUND');
  assert.equal((await call('/hot/a')).json().code, 'CALL_NOT_FOUND');
});

describe('who may call', () => {
  test('beyond loopback it does not start without keys', () => {
    assert.throws(() => requireApiKey('0.0.0.0', undefined), ConfigurationError);
    assert.throws(() => requireApiKey('0.0.0.0', '/no/such/file'), ConfigurationError);
  });

  test('with keys, calls want one and pages do not', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'keys-')), 'keys');
    writeFileSync(file, '# people\nalpha\nbeta # the second\n');
    const { call } = await serve({ API_KEYS_FILE: file });
    const basic = `Basic ${Buffer.from('anyone:alpha').toString('base64')}`;
    for (const [headers, status] of [
      [{}, 401],
      [{ authorization: 'Bearer wrong' }, 401],
      [{ authorization: 'Bearer beta' }, 200],
      [{ authorization: basic }, 200],
      [{ 'x-api-key': 'alpha' }, 200],
    ] as const) {
      assert.equal((await call('/things/7', { headers })).status, status, JSON.stringify(headers));
    }
    assert.equal((await call('/page')).status, 200);
    assert.equal((await call('/health/ready')).status, 200);
  });

  test('on loopback, a page of another site does not reach it', async () => {
    const { port, call } = await serve();
    assert.equal(
      (
        await call('/things', {
          ...json({ name: 'a' }),
          headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
        })
      ).status,
      403,
    );
    const rebound = await new Promise<number>((resolve) => {
      request({ port, host: '127.0.0.1', path: '/things/7', headers: { host: `evil.example:${port}` } }, (response) =>
        resolve(response.statusCode ?? 0),
      ).end();
    });
    assert.equal(rebound, 403);
    assert.equal((await call('/things/7', { headers: { origin: `http://127.0.0.1:${port}` } })).status, 200);
  });
});

test('a wrong setting stops the start with a sentence that names it', () => {
  assert.throws(
    () => readSettings(platformSettings, { LOG_LEVEL: 'loud', MONGODB_URI: 'postgres://x' }),
    (error: Error) => /LOG_LEVEL=loud/.test(error.message) && /MONGODB_URI/.test(error.message),
  );
  assert.equal(readSettings(platformSettings, { KAFKA_BROKERS: ' ' }).KAFKA_BROKERS, undefined);
});
