import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  currentSchema,
  type EventData,
  EventError,
  eventFromJson,
  eventTypes,
  type Message,
  parseCloudEvent,
  toJson,
} from '../index.js';

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const envelope = { specversion: '1.0', id: 'e1', source: '/me', type: 'io.trainyard.training.TrainRequested' };
const body = { jobId: 'j1', dataset: { uri: 'file:///a.csv' } };

function problem(run: () => unknown): EventError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof EventError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was refused' });
}

test('defaults are filled in and belong to each event alone', () => {
  const data = eventFromJson('TrainRequested', body);
  assert.deepStrictEqual([data.seed, data.experiment, data.dataset.target, data.params], [7, 'default', null, {}]);
  assert.notEqual(data.tags, eventFromJson('TrainRequested', body).tags);
});

test('dates are ISO 8601 in JSON and milliseconds in events', () => {
  const json = { jobId: 'j', attempt: 1, worker: 'w', startedAt: '2026-11-21T09:00:00.5+01:00' };
  const data = eventFromJson('TrainStarted', json);
  assert.equal(data.startedAt, Date.UTC(2026, 10, 21, 8, 0, 0, 500));
  const message: Message = { type: 'TrainStarted', id: '1', source: 's', key: 'j', time: 0, data };
  assert.equal((toJson(message).data as { startedAt: string }).startedAt, '2026-11-21T08:00:00.500Z');
  assert.match(
    problem(() => eventFromJson('TrainStarted', { ...json, startedAt: 'soon' })).message,
    /startedAt must be a date/,
  );
});

test('every golden event goes to JSON and back', () => {
  for (const type of eventTypes) {
    const file = new URL(`../../fixtures/golden/${currentSchema(type).id}-${type}.json`, import.meta.url);
    const data = JSON.parse(readFileSync(file, 'utf8')) as EventData[typeof type];
    const json = toJson({ type, id: '1', source: 's', key: 'k', time: 0, data });
    assert.deepStrictEqual(eventFromJson(type, JSON.parse(JSON.stringify(json.data))), data, type);
  }
});

test('each wrong, missing and unknown field is named with its path', () => {
  const wrong = {
    jobId: 5,
    dataset: { target: 'y', features: ['a', 1] },
    seed: 1.5,
    parms: {},
    params: { depth: { low: 1 } },
    gates: [{ metric: 'auc', min: 'high' }],
    model: 3,
  };
  const error = problem(() => eventFromJson('TrainRequested', wrong));
  assert.equal(error.code, 'INVALID_EVENT');
  for (const said of [
    'parms is no field of TrainRequested',
    'jobId must be null or a string, not 5',
    'dataset.uri is missing',
    'dataset.features[1] must be a string, not 1',
    'seed must be a whole number (32 bits), not 1.5',
    'params.depth must be null or true or false or a number or a string or an array',
    'gates[0].min must be null or a number, not "high"',
    'model must be a string or an array, not 3',
  ]) {
    assert.ok(error.message.includes(said), `${said}\n${error.message}`);
  }
  for (const json of [null, [], 'text', 4, undefined]) {
    assert.match(problem(() => eventFromJson('TrainRequested', json)).message, /data must be an object/);
  }
});

test('structured and binary mode give the same message', () => {
  const fromStructured = parseCloudEvent(
    structured,
    JSON.stringify({ ...envelope, time: '2026-11-21T08:00:00Z', data: body }),
  );
  const headers = { 'ce-specversion': '1.0', 'ce-id': 'e1', 'ce-source': '/me', 'ce-type': envelope.type };
  const fromBinary = parseCloudEvent(
    { ...headers, 'ce-time': '2026-11-21T08:00:00Z', 'content-type': 'application/json' },
    body,
  );
  assert.deepStrictEqual(fromBinary, fromStructured);
  assert.deepStrictEqual([fromBinary.key, fromBinary.time, fromBinary.id], ['j1', Date.UTC(2026, 10, 21, 8), 'e1']);
});

test('what toJson writes is a CloudEvent that parses again', () => {
  const message = parseCloudEvent({ ...structured, traceparent: '00-a-b-01' }, { ...envelope, data: body }, () => 5);
  assert.deepStrictEqual([message.time, message.traceparent], [5, '00-a-b-01']);
  assert.deepStrictEqual(parseCloudEvent(structured, toJson(message)), message);
});

test('the key is the partition key, else the job, else the subject', () => {
  const { jobId: _, ...anonymous } = body;
  const key = (event: object) => parseCloudEvent(structured, { ...envelope, ...event }).key;
  assert.equal(key({ partitionkey: 'p', subject: 's', data: body }), 'p');
  assert.equal(key({ subject: 's', data: body }), 'j1');
  assert.equal(key({ subject: 's', data: anonymous }), 's');
  assert.equal(key({ data: anonymous }), 'e1');
});

test('what is no CloudEvent of ours is refused with the attribute', () => {
  const cases: [field: string | undefined, headers: Record<string, string>, body: unknown][] = [
    ['ce-type', { 'content-type': 'application/json' }, body],
    ['specversion', structured, { ...envelope, specversion: '0.3', data: body }],
    ['id', structured, { ...envelope, id: '', data: body }],
    ['source', structured, { ...envelope, source: undefined, data: body }],
    ['type', structured, { ...envelope, type: 'io.trainyard.training.TrainRequest', data: body }],
    ['type', structured, { ...envelope, type: 4, data: body }],
    ['time', structured, { ...envelope, time: 'now', data: body }],
    ['datacontenttype', structured, { ...envelope, data_base64: 'AA==' }],
    ['datacontenttype', { 'ce-type': 'TrainRequested', 'ce-specversion': '1.0', 'content-type': 'text/csv' }, '{}'],
    ['content-type', { 'content-type': 'application/cloudevents-batch+json' }, []],
    ['body', structured, '{"specversion"'],
    ['body', structured, [envelope]],
    ['dataset.uri', structured, { ...envelope, data: { dataset: {} } }],
  ];
  for (const [field, headers, json] of cases) {
    assert.equal(problem(() => parseCloudEvent(headers, json)).field, field, JSON.stringify(json));
  }
});
