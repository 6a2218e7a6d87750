import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import {
  builtinSchemas,
  confluentSchemas,
  currentSchema,
  EventCodec,
  layeredSchemas,
  releasedSchemas,
  storedSchemas,
  subjectOf,
} from '@trainyard/contracts';
import { MemoryStore } from '@trainyard/store';
import express from 'express';
import { hashOf } from './parsed-schema.js';
import { schemaRoutes } from './schema-routes.js';

const store = new MemoryStore();
const media = 'application/vnd.schemaregistry.v1+json';
const id = currentSchema('TrainRequested').id;
let server: Server;
let base: string;

before(async () => {
  const app = express().use('/schemas', schemaRoutes(store));
  await new Promise<void>((resolve) => {
    server = app.listen(0, '127.0.0.1', () => resolve());
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/schemas`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes
async function call(method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(base + path, { method, headers: { 'content-type': media }, body: text ?? null });
  assert.ok(response.headers.get('content-type')?.startsWith(media));
  return { status: response.status, json: await response.json() };
}

const record = (name: string, ...fields: object[]) => ({ schema: JSON.stringify({ type: 'record', name, fields }) });
const a = { name: 'a', type: 'string' };
const b = { name: 'b', type: 'int' };

test('our events are there from the start, under both strategies of naming', async () => {
  const subjects: string[] = (await call('GET', '/subjects')).json;
  for (const subject of [subjectOf('TrainRequested'), 'io.trainyard.training.TrainRequested']) {
    assert.ok(subjects.includes(subject));
    const { json } = await call('GET', `/subjects/${subject}/versions/latest`);
    assert.deepStrictEqual([json.subject, json.id], [subject, id]);
    assert.deepStrictEqual(JSON.parse(json.schema), currentSchema('TrainRequested').schema);
    assert.deepStrictEqual(
      (await call('GET', `/subjects/${subject}/versions/latest/schema`)).json,
      JSON.parse(json.schema),
    );
  }
  assert.deepStrictEqual(
    JSON.parse((await call('GET', `/schemas/ids/${id}`)).json.schema),
    currentSchema('TrainRequested').schema,
  );
  const uses = (await call('GET', `/schemas/ids/${id}/versions`)).json;
  assert.ok(uses.some(({ subject }: { subject: string }) => subject === subjectOf('TrainRequested')));
});

test('two released schemas never share a hash', () => {
  assert.equal(new Set(releasedSchemas.map(({ schema }) => hashOf(schema))).size, releasedSchemas.length);
});

test('the same schema gets the same id, everywhere; ids of users start at 10000', async () => {
  const first = await call('POST', '/subjects/same-a/versions', record('Same', a));
  assert.equal(first.status, 200);
  assert.ok(first.json.id >= 10_000);
  assert.deepStrictEqual((await call('POST', '/subjects/same-a/versions', record('Same', a))).json, first.json);
  const spaced = { schema: `{ "name":"Same",  "type":"record", "fields":[{"type":"string","name":"a"}] }` };
  assert.deepStrictEqual((await call('POST', '/subjects/same-b/versions', spaced)).json, first.json);
  assert.deepStrictEqual((await call('GET', '/subjects/same-a/versions')).json, [1]);
  const ours = { schema: JSON.stringify(currentSchema('TrainRequested').schema) };
  assert.deepStrictEqual((await call('POST', '/subjects/same-c/versions', ours)).json, { id });
});

test('versions are backward compatible', async () => {
  await call('POST', '/subjects/evolving/versions', record('R', a));
  const refused = await call('POST', '/subjects/evolving/versions', record('R', a, b));
  assert.deepStrictEqual([refused.status, refused.json.error_code], [409, 409]);
  assert.match(refused.json.message, /R\.b/);
  const path = '/compatibility/subjects/evolving/versions/latest';
  assert.deepStrictEqual((await call('POST', path, record('R', a, b))).json, { is_compatible: false });
  assert.equal((await call('POST', `${path}?verbose=true`, record('R', a, b))).json.messages.length, 1);
  const wider = record('R', a, { ...b, default: 0 });
  assert.deepStrictEqual((await call('POST', path, wider)).json, { is_compatible: true });
  assert.equal((await call('POST', '/subjects/evolving/versions', wider)).status, 200);
  assert.deepStrictEqual((await call('GET', '/subjects/evolving/versions')).json, [1, 2]);
  assert.equal((await call('POST', '/subjects/evolving', wider)).json.version, 2);
});

test('a schema of one of our events must be one that we can read', async () => {
  const useless = JSON.stringify({
    type: 'record',
    name: 'TrainRequested',
    namespace: 'io.trainyard.training',
    fields: [],
  });
  const { status, json } = await call('POST', '/subjects/mine-value/versions', { schema: useless });
  assert.equal(status, 409);
  assert.match(json.message, /dataset/);
});

test('several producers, each with a few fields of several events, share the subject of their topic', async () => {
  const event = (name: string, ...fields: object[]) => ({
    schema: JSON.stringify({ type: 'record', name, namespace: 'io.trainyard.training', fields }),
  });
  const string = (name: string) => ({ name, type: 'string' });
  const dataset = {
    name: 'dataset',
    type: { ...JSON.parse(record('DatasetReference', string('uri')).schema), namespace: 'io.trainyard.types' },
  };
  const schemas = [
    event('TrainRequested', dataset),
    event('TrainRequested', dataset, string('model'), string('jobId')),
    event('CancelRequested', string('jobId')),
  ];
  for (const schema of schemas) {
    assert.equal((await call('POST', '/subjects/training.commands-value/versions', schema)).status, 200);
  }
  assert.deepStrictEqual((await call('GET', '/subjects/training.commands-value/versions')).json, [1, 2, 3]);
});

test('a smaller schema of one of our events joins its subject as the next version', async () => {
  const subject = subjectOf('CancelRequested');
  const schema = JSON.stringify({
    type: 'record',
    name: 'CancelRequested',
    namespace: 'io.trainyard.training',
    fields: [{ name: 'jobId', type: 'string' }],
  });
  const { json } = await call('POST', `/subjects/${subject}/versions`, { schema });
  const versions: number[] = (await call('GET', `/subjects/${subject}/versions`)).json;
  const latest = (await call('GET', `/subjects/${subject}/versions/latest`)).json;
  assert.deepStrictEqual([latest.id, latest.version], [json.id, versions.length]);
  assert.equal((await call('GET', `/subjects/${subject}/versions/1`)).json.id, currentSchema('CancelRequested').id);
});

test('errors have the codes that clients know', async () => {
  const cases: [method: string, path: string, body: unknown, status: number, code: number][] = [
    ['GET', '/subjects/none/versions', undefined, 404, 40401],
    ['POST', '/subjects/none', record('X', a), 404, 40401],
    ['GET', '/subjects/evolving/versions/99', undefined, 404, 40402],
    ['GET', '/subjects/evolving/versions/zero', undefined, 422, 42202],
    ['GET', '/subjects/evolving/versions/0', undefined, 422, 42202],
    ['POST', '/subjects/evolving', record('X', a), 404, 40403],
    ['GET', '/schemas/ids/9999', undefined, 404, 40403],
    ['GET', '/schemas/ids/x', undefined, 404, 404],
    ['POST', '/subjects/x/versions', { schema: '{"type":"recrod"}' }, 422, 42201],
    ['POST', '/subjects/x/versions', { schema: '{' }, 422, 42201],
    ['POST', '/subjects/x/versions', { schema: 'text' }, 422, 42201],
    ['POST', '/subjects/x/versions', { schema: '"string"', schemaType: 'JSON' }, 422, 42201],
    ['POST', '/subjects/x/versions', { schema: '"string"', references: [{ name: 'a' }] }, 422, 42201],
    ['POST', '/subjects/x/versions', '{"schema', 422, 42201],
    ['POST', '/subjects/x/versions', {}, 422, 42201],
    ['POST', '/subjects/x/versions', record('X', { name: 'a; drop', type: 'int' }), 422, 42201],
    ['DELETE', '/subjects/x', undefined, 404, 404],
  ];
  for (const [method, path, body, status, code] of cases) {
    const answer = await call(method, path, body);
    assert.deepStrictEqual([answer.status, answer.json.error_code], [status, code], `${method} ${path}`);
    assert.equal(typeof answer.json.message, 'string');
  }
});

test('the settings that clients ask for', async () => {
  assert.deepStrictEqual((await call('GET', '/config')).json, { compatibilityLevel: 'BACKWARD' });
  assert.deepStrictEqual((await call('GET', '/config/evolving')).json, { compatibilityLevel: 'BACKWARD' });
  const ours = `/config/${subjectOf('TrainRequested')}`;
  assert.deepStrictEqual((await call('GET', ours)).json, { compatibilityLevel: 'FORWARD' });
  assert.deepStrictEqual((await call('GET', '/mode')).json, { mode: 'READWRITE' });
  assert.deepStrictEqual((await call('GET', '/schemas/types')).json, ['AVRO']);
});

test('many writers at once get one id for each schema, and dense versions', async () => {
  const optional = (i: number) => ({ name: `f${i}`, type: 'int', default: 0 });
  const schemas = Array.from({ length: 12 }, (_, i) => record('Race', optional(i % 6)));
  const answers = await Promise.all(schemas.map((schema) => call('POST', '/subjects/race/versions', schema)));
  const ids = answers.map(({ json }) => json.id as number);
  assert.equal(new Set(ids).size, 6);
  for (const [i, given] of ids.entries()) assert.equal(given, ids[(i + 6) % 12]);
  assert.deepStrictEqual((await call('GET', '/subjects/race/versions')).json, [1, 2, 3, 4, 5, 6]);
  for (const given of ids) assert.equal((await call('GET', `/schemas/ids/${given}`)).status, 200);
});

test('another process reads what was registered here, from the store', async () => {
  const { json } = await call('POST', '/subjects/shared/versions', record('Shared', a));
  const schema = await layeredSchemas(builtinSchemas(), storedSchemas(store)).schemaOf(json.id);
  assert.deepStrictEqual(schema, JSON.parse(record('Shared', a).schema));
});

test('two instances of the platform can share this registry as their external one', async () => {
  const source = confluentSchemas(base);
  await source.registerAll();
  const codec = new EventCodec(source);
  const data = { jobId: 'j1', reason: 'enough' };
  const encoded = await codec.encode({ type: 'CancelRequested', id: '1', source: 's', key: 'j1', time: 0, data });
  assert.deepStrictEqual((await new EventCodec(confluentSchemas(base)).decode(encoded)).data, data);
});
