import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { type Delivery, openBus } from '@trainyard/bus';
import { builtinSchemas, EventCodec, layeredSchemas, storedSchemas, toJson } from '@trainyard/contracts';
import { MemoryStore } from '@trainyard/store';
import { pythonPeers } from './python.js';
import { startSchemaServer } from './schema-server.js';

const brokers = process.env.TEST_KAFKA_BROKERS;
const peers = brokers ? await pythonPeers() : { reason: 'TEST_KAFKA_BROKERS names no Kafka' };
const skip = 'reason' in peers ? peers.reason : false;

test('a stock Python producer and consumer talk with us over Kafka', { skip, timeout: 120_000 }, async () => {
  if ('reason' in peers || !brokers) return;
  const store = new MemoryStore();
  const codec = new EventCodec(layeredSchemas(builtinSchemas(), storedSchemas(store)));
  const bus = await openBus({ brokers, clientId: 'interop' });
  const server = await startSchemaServer(store);
  const topic = `interop.${randomUUID()}`;
  const shared = ['--registry', server.url, '--brokers', brokers];
  try {
    await bus.ensureTopics([{ name: topic, partitions: 1 }]);
    let receive: (delivery: Delivery) => void;
    const received = new Promise<Delivery>((resolve) => {
      receive = resolve;
    });
    await bus.subscribe({ group: topic, topics: [topic], handler: async (delivery) => receive(delivery) });

    const event = { jobId: 'py-2', dataset: { uri: 'file:///data/a.csv' }, params: { max_depth: 4 } };
    await peers.run('producer.py', [...shared, '--topic', topic, '--key', 'py-2', '--event', JSON.stringify(event)]);
    const message = await codec.decode(await received);
    assert.deepStrictEqual([message.type, message.id, message.key], ['TrainRequested', 'jobId:py-2', 'py-2']);

    const accepted = { jobId: 'py-2', reason: 'tired of waiting' };
    const answer = {
      type: 'CancelRequested',
      id: 'a1',
      source: 'trainyard/test',
      key: 'py-2',
      time: 5,
      data: accepted,
    } as const;
    await bus.publish([{ ...(await codec.encode(answer)), topic }]);
    const lines = await peers.run('consumer.py', [...shared, '--topics', topic, '--count', '2']);
    const [, second] = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepStrictEqual([second.key, second.value], ['py-2', accepted]);
    const { id, source, type, time } = toJson(answer);
    const { ce_id, ce_source, ce_type, ce_time, 'content-type': contentType } = second.headers;
    assert.deepStrictEqual([ce_id, ce_source, ce_type, ce_time], [id, source, type, time]);
    assert.equal(contentType, 'application/avro');
  } finally {
    await bus.close();
    await server.close();
  }
});
