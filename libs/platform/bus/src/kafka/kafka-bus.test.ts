import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Delivery } from '../bus.js';
import { busContract } from '../contract.js';
import { openBus } from '../open-bus.js';

const brokers = process.env.TEST_KAFKA_BROKERS;
const open = () => openBus({ brokers: brokers!, clientId: 'bus-test' });

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`not in time: ${what}`);
    await sleep(10);
  }
}

if (brokers) {
  busContract('kafka', open);
  describe('kafka bus', { timeout: 120_000 }, kafkaOnly);
} else {
  test('bus contract: kafka', { skip: 'TEST_KAFKA_BROKERS is not set' }, () => {});
}

test('a broker that is away makes publishing fail with a retriable error', { timeout: 60_000 }, async () => {
  const bus = await openBus({ brokers: '127.0.0.1:1', clientId: 'bus-test' });
  const publish = bus.publish([{ topic: 't', key: 'k', value: new Uint8Array([1]), headers: {} }]);
  await assert.rejects(publish, { code: 'BUS_UNAVAILABLE', retriable: true });
  assert.equal(bus.connected(), false);
  await bus.close();
});

function kafkaOnly(): void {
  test('consumers that come and go lose nothing and keep the order of each key', async () => {
    const topic = `rebalance.${randomUUID()}`;
    const buses = await Promise.all([open(), open(), open()]);
    await buses[0]!.ensureTopics([{ name: topic, partitions: 6 }]);
    const got = new Map<string, Map<string, number>>();
    const users = new Set<number>();
    const subscribe = (i: number) =>
      buses[i]!.subscribe({
        group: topic,
        topics: [topic],
        handler: async ({ key, value }) => {
          users.add(i);
          const numbers = got.get(key) ?? new Map<string, number>();
          got.set(key, numbers);
          const n = Buffer.from(value).toString();
          // First sightings must be in order; a repetition after a rebalance is allowed.
          if (!numbers.has(n)) assert.equal(Number(n), numbers.size, `key ${key}`);
          numbers.set(n, (numbers.get(n) ?? 0) + 1);
          await sleep(1);
        },
      });
    let publishing = true;
    let rounds = 0;
    const publisher = (async () => {
      for (; publishing; rounds += 1) {
        const value = Buffer.from(String(rounds));
        await buses[0]!.publish(Array.from({ length: 20 }, (_, k) => ({ topic, key: `k${k}`, value, headers: {} })));
        await sleep(5);
      }
    })();
    const first = await subscribe(0);
    await sleep(300);
    const second = await subscribe(1);
    await sleep(1000);
    const third = await subscribe(2);
    await sleep(1000);
    await first.stop();
    await sleep(500);
    publishing = false;
    await publisher;
    await until('all', () => got.size === 20 && [...got.values()].every((numbers) => numbers.size === rounds));
    assert.equal(users.size, 3);
    await Promise.all([second.stop(), third.stop()]);
    await Promise.all(buses.map((bus) => bus.close()));
  });

  test('a message that always fails holds up its own key only, in the other partitions and in its own', async () => {
    const topic = `poison.${randomUUID()}`;
    const bus = await open();
    await bus.ensureTopics([{ name: topic, partitions: 2 }]);
    const got = new Set<string>();
    let attempts = 0;
    const subscription = await bus.subscribe({
      group: topic,
      topics: [topic],
      concurrency: 2,
      handler: async ({ key, attempt }) => {
        if (key === 'poison') {
          attempts = attempt;
          throw new Error('never');
        }
        got.add(key);
      },
    });
    const keys = ['poison', ...Array.from({ length: 40 }, (_, i) => `k${i}`)];
    for (const key of keys) await bus.publish([{ topic, key, value: Buffer.from('x'), headers: {} }]);
    await until('the others', () => got.size === 40 && attempts >= 4);
    await subscription.stop();
    const offsets = await committed(topic);
    assert.ok(
      offsets.some((offset) => Number(offset) > 0),
      'the other partition is committed',
    );
    const again: Delivery[] = [];
    const second = await bus.subscribe({
      group: topic,
      topics: [topic],
      handler: async (delivery) => void again.push(delivery),
    });
    await until('the poison comes again', () => again.some(({ key }) => key === 'poison'));
    await second.stop();
    await bus.close();
  });

  test('tells how many messages a handler that hangs holds up, and that none are left when it goes on', async () => {
    const topic = `backlog.${randomUUID()}`;
    const bus = await open();
    await bus.ensureTopics([{ name: topic, partitions: 2 }]);
    let release: () => void = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const told = () => bus.backlog!(topic).map(({ topic: name, messages }) => [name === topic, messages]);
    const subscription = await bus.subscribe({ group: topic, topics: [topic], handler: () => hanging });
    assert.deepEqual(told(), [[true, 0]]);
    const value = Buffer.from('x');
    await bus.publish(Array.from({ length: 25 }, (_, i) => ({ topic, key: `k${i % 3}`, value, headers: {} })));
    await until('all are known', () => bus.backlog!(topic)[0]!.messages === 25);
    assert.deepEqual(bus.backlog!('another group'), []);
    release();
    await until('all are handled', () => bus.backlog!(topic)[0]!.messages === 0);
    await subscription.stop();
    await bus.close();
  });

  test('reads what any client writes: no key, no value, repeated headers', async () => {
    const topic = `foreign.${randomUUID()}`;
    const bus = await open();
    await bus.ensureTopics([{ name: topic, partitions: 1 }]);
    const producer = plain().producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: [{ value: null }, { value: 'x', headers: { h: ['one', 'two'] } }] });
    await producer.disconnect();
    const got: Delivery[] = [];
    await bus.subscribe({ group: topic, topics: [topic], handler: async (delivery) => void got.push(delivery) });
    await until('two', () => got.length === 2);
    assert.deepEqual(
      got.map(({ key, value }) => [key, Buffer.from(value).toString()]),
      [
        ['', ''],
        ['', 'x'],
      ],
    );
    assert.equal(got[1]!.headers.h, 'one');
    await bus.close();
  });

  test('a message that the topic does not take is refused alone', async () => {
    const topic = `small.${randomUUID()}`;
    const bus = await open();
    const admin = plain().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }] });
    await admin.disconnect();
    const send = (size: number) => bus.publish([{ topic, key: 'k', value: Buffer.alloc(size), headers: {} }]);
    const results = await Promise.allSettled([send(10), send(5000), send(10)]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal((results[1] as PromiseRejectedResult).reason.code, 'BUS_MESSAGE_TOO_LARGE');
    assert.equal((results[1] as PromiseRejectedResult).reason.retriable, false);
    await bus.close();
  });

  test('ensureTopics by several processes at once creates once and leaves existing topics alone', async () => {
    const name = `ensured.${randomUUID()}`;
    const buses = await Promise.all([open(), open(), open()]);
    await Promise.all(buses.map((bus) => bus.ensureTopics([{ name, partitions: 2, retentionMs: 60_000 }])));
    await buses[0]!.ensureTopics([{ name, partitions: 5 }]);
    const admin = plain().admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    assert.equal(topics[0]!.partitions.length, 2);
    await admin.disconnect();
    await Promise.all(buses.map((bus) => bus.close()));
  });
}

function plain(): Kafka {
  return new Kafka({ brokers: brokers!.split(','), logLevel: logLevel.NOTHING });
}

async function committed(group: string): Promise<string[]> {
  const admin = plain().admin();
  await admin.connect();
  const offsets = await admin.fetchOffsets({ groupId: group });
  await admin.disconnect();
  return offsets.flatMap(({ partitions }) => partitions.map(({ offset }) => offset));
}
