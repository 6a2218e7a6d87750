import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, BusError, type BusMessage, openBus } from '@trainyard/bus';
import { whyNoJava } from './java.js';
import { type KafkaServer, startKafka } from './kafka.js';

const skip = (await whyNoJava()) ?? false;

async function until(what: string, condition: () => boolean, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) assert.fail(`not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}

describe('a Kafka broker that is killed and comes back', { skip, timeout: 180_000 }, () => {
  let kafka: KafkaServer;
  let bus: Bus;
  before(async () => {
    kafka = await startKafka();
    bus = await openBus({ brokers: kafka.brokers, clientId: 'recovery' });
  });
  after(async () => {
    await bus?.close();
    await kafka?.stop();
  });

  test('nothing acknowledged is lost, and producer and consumers go on by themselves', async () => {
    const topic = 'recovery';
    await bus.ensureTopics([{ name: topic, partitions: 3 }]);
    const acknowledged = new Set<number>();
    const received = new Set<number>();
    const seen: number[] = [];
    let lastReceived = 0;
    await bus.subscribe({
      group: 'recovery',
      topics: [topic],
      handler: async ({ value }) => {
        const n = Number(Buffer.from(value).toString());
        received.add(n);
        lastReceived = Date.now();
      },
    });
    await bus.subscribe({
      group: 'watch',
      mode: 'broadcast',
      topics: [topic],
      handler: async ({ value }) => void seen.push(Number(Buffer.from(value).toString())),
    });
    let refused = 0;
    let fatal: unknown;
    let sending = true;
    let next = 0;
    const sender = async (): Promise<void> => {
      while (sending) {
        const n = next++;
        const message: BusMessage = { topic, key: `k${n % 50}`, value: Buffer.from(String(n)), headers: {} };
        // As an outbox does: again until it is accepted.
        while (sending) {
          try {
            await bus.publish([message]);
            acknowledged.add(n);
            break;
          } catch (error) {
            refused += 1;
            if (error instanceof BusError && error.retriable) continue;
            fatal = error;
            sending = false;
          }
        }
        await sleep(2);
      }
    };
    const senders = Array.from({ length: 20 }, sender);

    for (const long of [false, true]) {
      await sleep(1000);
      const before = acknowledged.size;
      assert.ok(before > 0);
      await kafka.kill9();
      if (long) await until('the bus notices', () => !bus.connected());
      if (long) await until('publishing is refused', () => refused > 0);
      await kafka.restart();
      const restarted = Date.now();
      await until('publishing goes on', () => acknowledged.size > before + 200);
      await until('receiving goes on', () => lastReceived > restarted);
      await until('the bus is connected', () => bus.connected());
    }
    sending = false;
    await Promise.all(senders);
    assert.equal(fatal, undefined, 'only retriable errors');
    await until('everything acknowledged', () => [...acknowledged].every((n) => received.has(n)));
    assert.ok(refused > 0, 'the long outage should have made publishing fail');
    const latest = Math.max(...acknowledged);
    const count = seen.length;
    await bus.publish([{ topic, key: 'k', value: Buffer.from(String(latest + 1)), headers: {} }]);
    await until('the broadcast goes on', () => seen.length > count);
  });
});
