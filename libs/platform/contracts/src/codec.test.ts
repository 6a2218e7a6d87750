import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinSchemas, EventCodec } from './index.js';

test('a message comes back as it was sent, with defaults filled in', async () => {
  const codec = new EventCodec(builtinSchemas());
  const encoded = await codec.encode({
    type: 'TrainRequested',
    id: 'a/1',
    source: 'test',
    key: 'j1',
    time: 1_790_000_000_123,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { jobId: 'j1', dataset: { uri: 'file:///a.csv', target: 'y' }, params: { depth: 3, seeds: [1, 'a', null] } },
  });
  assert.equal(encoded.topic, 'training.commands');
  const message = await codec.decode(encoded);
  assert.equal(message.time, 1_790_000_000_123);
  assert.equal(message.id, 'a/1');
  assert.deepStrictEqual((message.data as { params: unknown }).params, { depth: 3, seeds: [1, 'a', null] });
});
