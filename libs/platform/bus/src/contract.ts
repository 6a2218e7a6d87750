import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, BusMessage, Delivery } from './bus.js';
import { BusError } from './errors.js';

function message(topic: string, key: string, value: string | number): BusMessage {
  return { topic, key, value: Buffer.from(String(value)), headers: { ce_id: `${key}-${value}` } };
}

function textOf(delivery: Delivery): string {
  return Buffer.from(delivery.value).toString();
}

async function until(what: string, condition: () => boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await sleep(5);
  }
}

/** Publishes until it is accepted, as an outbox does. */
async function publish(bus: Bus, messages: readonly BusMessage[]): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      return await bus.publish(messages);
    } catch (error) {
      assert.ok(error instanceof BusError && error.retriable, `a retriable BusError, not ${error}`);
      await sleep(10);
    }
  }
  assert.fail('the bus accepted nothing in 100 attempts');
}

/**
 * What every adapter of the bus promises, as node:test tests.
 * @param create a new bus; the suite closes it
 */
export function busContract(name: string, create: () => Promise<Bus>): void {
  describe(`bus contract: ${name}`, { timeout: 120_000 }, () => {
    let bus: Bus;
    before(async () => {
      bus = await create();
    });
    after(() => bus?.close());
    const newTopic = async (partitions = 3): Promise<string> => {
      const topic = `contract.${randomUUID()}`;
      await bus.ensureTopics([{ name: topic, partitions }]);
      return topic;
    };
    delivery(() => bus, newTopic);
    ordering(() => bus, newTopic);
    failures(() => bus, newTopic);

    test('a closed bus refuses to publish and to subscribe', async () => {
      const closed = await create();
      await closed.close();
      assert.equal(closed.connected(), false);
      await assert.rejects(closed.publish([message('t', 'k', 1)]), { code: 'BUS_CLOSED', retriable: false });
      await assert.rejects(closed.subscribe({ group: 'g', topics: ['t'], handler: async () => {} }), {
        code: 'BUS_CLOSED',
      });
    });
  });
}

function delivery(bus: () => Bus, newTopic: (partitions?: number) => Promise<string>): void {
  test('every group gets every message, with its key, bytes and headers', async () => {
    const topic = await newTopic();
    const got = new Map<string, Delivery[]>([
      ['a', []],
      ['b', []],
      ['c', []],
    ]);
    const subscriptions = await Promise.all(
      [...got].map(([group, deliveries]) =>
        bus().subscribe({
          group: `${group}.${topic}`,
          topics: [topic],
          handler: async (delivery) => void deliveries.push(delivery),
        }),
      ),
    );
    assert.equal(bus().connected(), true);
    const value = randomBytes(300);
    const headers = { ce_id: '1', ce_type: 'Größe', traceparent: '' };
    await publish(bus(), [{ topic, key: 'schlüssel 🔑', value, headers }]);
    await publish(
      bus(),
      Array.from({ length: 20 }, (_, i) => message(topic, `k${i}`, i)),
    );
    await until('21 messages in each group', () => [...got.values()].every((deliveries) => deliveries.length >= 21));
    for (const deliveries of got.values()) {
      const first = deliveries.find(({ key }) => key === 'schlüssel 🔑')!;
      assert.deepEqual(
        { topic: first.topic, value: Buffer.from(first.value), headers: { ...first.headers }, attempt: first.attempt },
        { topic, value, headers, attempt: 1 },
      );
      assert.equal(typeof first.partition, 'number');
      assert.match(first.offset, /^\d+$/);
      assert.equal(new Set(deliveries.map(({ key }) => key)).size, 21);
    }
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
  });

  test('broadcast: each subscription gets each new message, and a failing one disturbs nobody', async () => {
    const topic = await newTopic();
    await publish(bus(), [message(topic, 'k', 'before')]);
    const got: string[][] = [[], [], []];
    const subscriptions = await Promise.all(
      got.map((texts, i) =>
        bus().subscribe({
          group: `watchers.${topic}`,
          mode: 'broadcast',
          topics: [topic],
          handler: async (delivery) => {
            texts.push(textOf(delivery));
            if (i === 2) throw new Error('a page went away');
          },
        }),
      ),
    );
    for (let i = 0; i < 10; i += 1) await publish(bus(), [message(topic, 'k', i)]);
    await until('10 messages in each', () => got.every((texts) => texts.length >= 10));
    for (const texts of got) assert.deepEqual(texts, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    await Promise.all(subscriptions.map((subscription) => subscription.stop()));
  });

  test('carries a message of 10 MB and an empty one', async () => {
    const topic = await newTopic(1);
    const got: Delivery[] = [];
    const handler = async (delivery: Delivery) => void got.push(delivery);
    const subscription = await bus().subscribe({ group: `g.${topic}`, topics: [topic], handler });
    const value = randomBytes(10_000_000);
    await publish(bus(), [{ topic, key: 'big', value, headers: {} }]);
    await publish(bus(), [{ topic, key: 'empty', value: new Uint8Array(), headers: {} }]);
    await until('both', () => got.length >= 2);
    assert.ok(value.equals(got.find(({ key }) => key === 'big')!.value));
    assert.equal(got.find(({ key }) => key === 'empty')!.value.length, 0);
    await subscription.stop();
  });
}

function ordering(bus: () => Bus, newTopic: (partitions?: number) => Promise<string>): void {
  test('keeps the order of each key, one at a time, and runs keys at the same time up to the limit', async () => {
    const topic = await newTopic(2);
    const keys = Array.from({ length: 12 }, (_, i) => `key-${i}`);
    const got = new Map<string, number[]>(keys.map((key) => [key, []]));
    const busy = new Set<string>();
    let most = 0;
    const subscription = await bus().subscribe({
      group: `g.${topic}`,
      topics: [topic],
      concurrency: 5,
      handler: async (delivery) => {
        assert.ok(!busy.has(delivery.key), 'two messages of one key at the same time');
        busy.add(delivery.key);
        most = Math.max(most, busy.size);
        await sleep(Math.random() * 8);
        got.get(delivery.key)!.push(Number(textOf(delivery)));
        busy.delete(delivery.key);
      },
    });
    const rounds = Array.from({ length: 20 }, (_, i) => i);
    await publish(
      bus(),
      rounds.flatMap((i) => keys.map((key) => message(topic, key, i))),
    );
    await until('240 messages', () => [...got.values()].every((numbers) => numbers.length >= 20));
    for (const numbers of got.values()) assert.deepEqual(numbers, rounds);
    assert.ok(most > 1 && most <= 5, `${most} at the same time`);
    await subscription.stop();
  });

  test('a handler may publish and wait for it', async () => {
    const [commands, events] = [await newTopic(), await newTopic()];
    const got: string[] = [];
    const asking = await bus().subscribe({
      group: `asking.${commands}`,
      topics: [commands],
      concurrency: 1,
      handler: async (delivery) => {
        if (delivery.key === 'last') return void got.push('last');
        await bus().publish([message(events, delivery.key, textOf(delivery)), message(commands, 'last', 'end')]);
      },
    });
    const telling = await bus().subscribe({
      group: `telling.${events}`,
      topics: [events],
      handler: async (delivery) => void got.push(textOf(delivery)),
    });
    await publish(bus(), [message(commands, 'k', 'asked')]);
    await until('both', () => got.includes('asked') && got.includes('last'));
    await Promise.all([asking.stop(), telling.stop()]);
  });
}

function failures(bus: () => Bus, newTopic: (partitions?: number) => Promise<string>): void {
  test('a rejected message is delivered again before the next of its key, and other keys go on', async () => {
    const topic = await newTopic(1);
    const got: string[] = [];
    let failuresLeft = 3;
    const subscription = await bus().subscribe({
      group: `g.${topic}`,
      topics: [topic],
      handler: async (delivery) => {
        const text = `${delivery.key}${textOf(delivery)}`;
        if (text === 'a1' && failuresLeft > 0) {
          failuresLeft -= 1;
          throw new Error('not now');
        }
        if (!got.includes(text)) got.push(text);
      },
    });
    await publish(bus(), [
      message(topic, 'a', 1),
      message(topic, 'b', 1),
      message(topic, 'a', 2),
      message(topic, 'b', 2),
    ]);
    await until('all four', () => got.length >= 4);
    assert.equal(failuresLeft, 0);
    assert.ok(got.indexOf('a1') < got.indexOf('a2'), got.join(' '));
    assert.ok(got.indexOf('b1') < got.indexOf('a1'), `b must not wait for a: ${got.join(' ')}`);
    await subscription.stop();
  });

  test('nothing is lost when a consumer stops in the middle', async () => {
    const topic = await newTopic(2);
    const got = new Set<string>();
    let sawStop = false;
    const consume = () =>
      bus().subscribe({
        group: `g.${topic}`,
        topics: [topic],
        concurrency: 4,
        handler: async (delivery, signal) => {
          await sleep(2);
          if (signal.aborted) sawStop = true;
          got.add(textOf(delivery));
        },
      });
    const first = await consume();
    const publishing = publish(
      bus(),
      Array.from({ length: 200 }, (_, i) => message(topic, `k${i % 10}`, i)),
    );
    await until('some', () => got.size >= 50);
    await first.stop();
    const handledByFirst = got.size;
    await sleep(100);
    assert.equal(got.size, handledByFirst, 'a stopped consumer handles no more');
    assert.ok(handledByFirst < 200, 'it should have stopped in the middle');
    const second = await consume();
    await publishing;
    await until('all 200', () => got.size === 200);
    assert.equal(sawStop, true, 'the signal tells the handlers in progress');
    await second.stop();
  });
}
