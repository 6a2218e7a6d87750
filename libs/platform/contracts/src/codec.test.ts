import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  builtinSchemas,
  EventCodec,
  EventError,
  type EventInput,
  type OutgoingMessage,
  type RawMessage,
  type SchemaSource,
} from './index.js';
import { frame } from './wire-format.js';

const codec = new EventCodec(builtinSchemas());
const request: OutgoingMessage<'TrainRequested'> = {
  type: 'TrainRequested',
  id: 'TrainingJob/j1/1/0',
  source: 'trainyard/gateway',
  key: 'j1',
  time: Date.UTC(2026, 10, 21, 8, 0, 0, 123),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: {
    jobId: 'j1',
    dataset: { uri: 'file:///data/a.csv', target: 'y' },
    params: { max_depth: 3, layers: [8, 'auto', null, true], note: null, fast: false },
    model: ['lightgbm', 'logistic'],
    search: { space: { depth: { type: 'int', low: 1, high: 9 } } },
  },
};

test('a message comes back as it was sent, with defaults filled in', async () => {
  const { data, ...envelope } = await codec.decode(await codec.encode(request));
  const { data: sent, ...sentEnvelope } = request;
  assert.deepStrictEqual(envelope, sentEnvelope);
  const search = {
    strategy: 'random',
    trials: 20,
    timeoutSeconds: null,
    objectives: [],
    pruner: null,
    parallelism: null,
  };
  const depth = { type: 'int', low: 1, high: 9, log: null, step: null, choices: null };
  const dataset = {
    format: null,
    time: null,
    group: null,
    weight: null,
    scenario: null,
    features: [],
    exclude: [],
    targets: [],
  };
  const absent = [
    'name',
    'preprocessing',
    'validation',
    'horizon',
    'seqLen',
    'symbol',
    'deploy',
    'resources',
    'earlyStopping',
  ];
  assert.deepStrictEqual(data, {
    ...Object.fromEntries(absent.map((field) => [field, null])),
    ...sent,
    experiment: 'default',
    tags: {},
    task: 'auto',
    gates: [],
    seed: 7,
    dataset: { ...dataset, ...sent.dataset },
    search: { ...search, space: { depth } },
  });
});

test('headers are CloudEvents 1.0 in Kafka binary mode', async () => {
  const { headers, topic, key, value } = await codec.encode(request);
  assert.deepStrictEqual({ topic, key }, { topic: 'training.commands', key: 'j1' });
  assert.deepStrictEqual(headers, {
    ce_specversion: '1.0',
    ce_id: 'TrainingJob/j1/1/0',
    ce_source: 'trainyard/gateway',
    ce_type: 'io.trainyard.training.TrainRequested',
    ce_time: '2026-11-21T08:00:00.123Z',
    ce_subject: 'j1',
    'content-type': 'application/avro',
    traceparent: request.traceparent,
  });
  assert.equal(value[0], 0);
  assert.equal(Buffer.from(value).readInt32BE(1), await builtinSchemas().idOf('TrainRequested'));
});

test('wrong data is refused with the path of each wrong field', async () => {
  const wrong = { jobId: 5, dataset: { target: 'y' }, params: { a: {} } } as unknown as EventInput['TrainRequested'];
  await assert.rejects(codec.encode({ ...request, data: wrong }), (error: EventError) => {
    assert.ok(error instanceof EventError);
    assert.equal(error.code, 'INVALID_EVENT');
    assert.equal(error.retriable, false);
    for (const path of ['jobId', 'dataset.uri', 'params.a']) assert.match(error.message, new RegExp(`${path} must be`));
    return true;
  });
});

test('a plain producer without headers gets an id that a repeat shares', async () => {
  const { value } = await codec.encode(request);
  const plain: RawMessage = { topic: 'training.commands', key: '', value, headers: {}, partition: 2, offset: '17' };
  const job = await codec.decode(plain);
  assert.deepStrictEqual([job.id, job.source], ['jobId:j1', 'kafka:training.commands']);
  assert.ok(Math.abs(job.time - Date.now()) < 10_000);

  const anonymous = await codec.encode({ ...request, data: { dataset: { uri: 'file:///a.csv' } } });
  assert.equal((await codec.decode({ ...plain, value: anonymous.value })).id, 'training.commands/2/17');
  const { id } = await codec.decode({ topic: 't', key: '', value: anonymous.value, headers: {} });
  assert.match(id, /^sha256:[0-9a-f]{64}$/);
});

test('what cannot be read is named and not tried again', async () => {
  const { value } = await codec.encode(request);
  const head = Buffer.from(value.subarray(0, 5));
  const cases: [code: string, value: Uint8Array][] = [
    ['BAD_MAGIC', Buffer.from('{"jobId":1}')],
    ['BAD_MAGIC', new Uint8Array(0)],
    ['BAD_MAGIC', new Uint8Array([0, 0, 0])],
    ['UNKNOWN_SCHEMA', frame(9_999_999, value.subarray(5))],
    ['UNKNOWN_SCHEMA', frame(-1, value.subarray(5))],
    ['MALFORMED_EVENT', value.subarray(0, value.length - 3)],
    ['MALFORMED_EVENT', Buffer.concat([value, Buffer.from([1])])],
    ['MALFORMED_EVENT', head],
    ['MALFORMED_EVENT', Buffer.concat([head, Buffer.from('ffffffffffffffffff01', 'hex')])],
    ['MESSAGE_TOO_LARGE', new Uint8Array(10 * 1024 * 1024)],
  ];
  for (const [code, bytes] of cases) {
    const raw = { topic: 'training.commands', key: 'k', value: bytes, headers: {} };
    await assert.rejects(codec.decode(raw), { name: 'DecodeError', code, retriable: false });
  }
});

test('random damage never gets past the codec as anything but a DecodeError', async () => {
  const { value } = await codec.encode(request);
  let damaged = 0;
  let seed = 1;
  for (let i = 0; i < 2000; i++) {
    seed = (seed * 48271) % 2147483647;
    const bytes = Uint8Array.from(value);
    bytes[5 + (seed % (bytes.length - 5))] = (seed >> 8) & 0xff;
    try {
      await codec.decode({ topic: 't', key: '', value: bytes, headers: {} });
    } catch (error) {
      damaged++;
      assert.equal((error as EventError).code, 'MALFORMED_EVENT', String(error));
    }
  }
  assert.ok(damaged > 200, `only ${damaged} of 2000 were damaged`);
});

test('a message that is too large is refused before it is published', async () => {
  const large = { ...request, data: { dataset: { uri: 'x'.repeat(2 ** 20) } } };
  await assert.rejects(codec.encode(large), { code: 'MESSAGE_TOO_LARGE' });
  assert.ok(await new EventCodec(builtinSchemas(), { maxBytes: 2 ** 21 }).encode(large));
});

test('a source that is away is worth another try, and then it works', async () => {
  const builtin = builtinSchemas();
  let away = true;
  const source: SchemaSource = {
    idOf: builtin.idOf,
    schemaOf: async (id) => {
      if (away) throw Object.assign(new Error('away'), { retriable: true });
      return builtin.schemaOf(id);
    },
  };
  const encoded = await codec.encode(request);
  const other = new EventCodec(source);
  await assert.rejects(other.decode(encoded), { retriable: true });
  away = false;
  assert.equal((await other.decode(encoded)).id, request.id);
});
