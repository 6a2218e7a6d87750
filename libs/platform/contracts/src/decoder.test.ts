import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AvroField, AvroSchema } from './avro-schema.js';
import { avroTypeOf } from './avro-types.js';
import { eventDecoder } from './decoder.js';
import type { TrainRequested } from './generated/events.js';

const dataset: AvroField = {
  name: 'dataset',
  type: {
    type: 'record',
    name: 'DatasetReference',
    namespace: 'io.trainyard.types',
    fields: [{ name: 'uri', type: 'string' }],
  },
};

function trainRequested(fields: readonly AvroField[], namespace = 'io.trainyard.training'): AvroSchema {
  return { type: 'record', name: 'TrainRequested', namespace, fields: [dataset, ...fields] };
}

function decode(schema: AvroSchema, value: unknown): TrainRequested {
  return eventDecoder(10_000, schema).read(avroTypeOf(schema).toBuffer(value)) as TrainRequested;
}

test('an older or smaller writer gets defaults, a newer one loses what we do not know', () => {
  const smaller = decode(trainRequested([]), { dataset: { uri: 'a' } });
  assert.equal(smaller.seed, 7);
  assert.deepStrictEqual(smaller.dataset.features, []);
  const newer = trainRequested([
    { name: 'flavour', type: 'string' },
    { name: 'seed', type: 'int' },
  ]);
  const data = decode(newer, { dataset: { uri: 'a' }, flavour: 'x', seed: 3 });
  assert.equal(data.seed, 3);
  assert.equal('flavour' in data, false);
});

test('a writer may use plain types where we allow more', () => {
  const schema = trainRequested([
    { name: 'jobId', type: 'string' },
    { name: 'model', type: 'string' },
    { name: 'params', type: { type: 'map', values: 'int' } },
  ]);
  const data = decode(schema, { dataset: { uri: 'a' }, jobId: 'j', model: 'lightgbm', params: { depth: 3 } });
  assert.deepStrictEqual([data.jobId, data.model, data.params], ['j', 'lightgbm', { depth: 3 }]);
});

test('a record is known by its name, whatever its namespace', () => {
  assert.equal(decode(trainRequested([], 'com.example'), { dataset: { uri: 'a' } }).dataset.uri, 'a');
});

test('unions that plain values cannot tell apart are read too', () => {
  const schema = trainRequested([
    { name: 'seed', type: 'int' },
    { name: 'size', type: ['null', 'int', 'double'] },
  ]);
  assert.equal(decode(schema, { dataset: { uri: 'a' }, seed: 2, size: { int: 4 } }).seed, 2);
});

test('a schema that we cannot use is named', () => {
  const wrong = trainRequested([{ name: 'seed', type: 'string' }]);
  assert.throws(() => eventDecoder(1, wrong), { code: 'INCOMPATIBLE_SCHEMA', retriable: false });
  const empty = { type: 'record', name: 'TrainRequested', fields: [] };
  assert.throws(() => eventDecoder(1, empty), { code: 'INCOMPATIBLE_SCHEMA', message: /dataset/ });
  assert.throws(() => eventDecoder(1, { type: 'recrod' }), { code: 'INCOMPATIBLE_SCHEMA' });
  assert.throws(() => eventDecoder(1, 'string'), { code: 'UNKNOWN_EVENT' });
  assert.throws(() => eventDecoder(1, { type: 'record', name: 'Order', fields: [] }), {
    code: 'UNKNOWN_EVENT',
    message: /Order/,
  });
});

test('a few bytes that announce a trillion items are refused at once', () => {
  const tags = trainRequested([{ name: 'params', type: { type: 'map', values: { type: 'array', items: 'null' } } }]);
  const { read } = eventDecoder(1, tags);
  const varint = (value: number) => {
    const bytes: number[] = [];
    for (let rest = value * 2; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return [...bytes, rest];
      bytes.push((rest % 128) + 128);
    }
  };
  const start = performance.now();
  for (const count of [2 ** 31, 1e12]) {
    // uri "a", one map entry with the key "a", an array of `count` nulls
    const bytes = Buffer.from([2, 97, ...varint(1), 2, 97, ...varint(count), 0, 0]);
    assert.throws(() => read(bytes), { code: 'MALFORMED_EVENT', message: /more items/ });
  }
  assert.ok(performance.now() - start < 1000);
  const [entry] = Object.values((read(Buffer.from([2, 97, 2, 2, 97, 6, 0, 0])) as TrainRequested).params);
  assert.deepStrictEqual(entry, [null, null, null]);
});

test('a schema that contains itself cannot exhaust the stack', () => {
  const endless: AvroSchema = {
    type: 'record',
    name: 'TrainRequested',
    fields: [dataset, { name: 'next', type: 'TrainRequested' }],
  };
  const { read } = eventDecoder(1, endless);
  assert.throws(() => read(Buffer.alloc(1000)), { code: 'MALFORMED_EVENT' });
});
