import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { busContract } from '../contract.js';
import { openBus } from '../open-bus.js';
import { EmbeddedBus } from './embedded-bus.js';

const value = new Uint8Array([1]);
const at = (topic: string, key = 'k') => ({ topic, key, value, headers: {} });

busContract('embedded', () => openBus({ clientId: 'test' }));

test('publish resolves when all groups have handled, and rejects when one could not', async () => {
  const bus = new EmbeddedBus();
  const done: string[] = [];
  let fails = true;
  await bus.subscribe({ group: 'slow', topics: ['t'], handler: async () => void done.push(await sleep(20, 'slow')) });
  await bus.subscribe({
    group: 'failing',
    topics: ['t'],
    handler: async () => {
      if (fails) throw new Error('disk full');
      done.push('failing');
    },
  });
  await assert.rejects(bus.publish([at('t')]), (error: Error & { code: string; retriable: boolean }) => {
    assert.equal(error.code, 'BUS_HANDLER_FAILED');
    assert.equal(error.retriable, true);
    assert.match(error.message, /"failing".* t: disk full/);
    return true;
  });
  assert.deepEqual(done, ['slow'], 'the publish waited for all groups, though one failed');
  fails = false;
  await bus.publish([at('t')]);
  assert.deepEqual(done, ['slow', 'failing', 'slow']);
  await bus.publish([at('nobody')]);
});

test('waiting for a publish to its own lane is found out, directly and through another group', async () => {
  const bus = new EmbeddedBus({ deadlockMs: 30 });
  let error: { code?: string } | undefined;
  await bus.subscribe({
    group: 'a',
    topics: ['there', 'self'],
    handler: async ({ topic, key }) => {
      if (topic === 'there' && key === 'k') await bus.publish([at('back')]);
      if (topic === 'self') await bus.publish([at('self')]);
    },
  });
  await bus.subscribe({
    group: 'b',
    topics: ['back'],
    handler: async () => {
      await bus.publish([at('there')]).catch((cause) => {
        error = cause;
      });
    },
  });
  await assert.rejects(bus.publish([at('self')]), (cause: Error & { code: string; cause?: { code?: string } }) => {
    assert.equal(cause.cause?.code, 'BUS_DEADLOCK');
    return true;
  });
  await bus.publish([at('there')]);
  assert.equal(error?.code, 'BUS_DEADLOCK');
});

test('a publish to its own lane that the handler does not wait for is handled afterwards', async () => {
  const bus = new EmbeddedBus({ deadlockMs: 1000 });
  let later: Promise<void> | undefined;
  let count = 0;
  await bus.subscribe({
    group: 'g',
    topics: ['t'],
    handler: async () => {
      count += 1;
      if (count === 1) later = bus.publish([at('t')]);
    },
  });
  await bus.publish([at('t')]);
  await later;
  assert.equal(count, 2);
});

test('a chain of handlers that wait for each other needs no more slots than one', { timeout: 5000 }, async () => {
  const bus = new EmbeddedBus();
  const order: number[] = [];
  await bus.subscribe({
    group: 'g',
    topics: ['t'],
    concurrency: 1,
    handler: async ({ key }) => {
      const n = Number(key);
      if (n < 50) await bus.publish([at('t', String(n + 1))]);
      order.push(n);
    },
  });
  await bus.publish([at('t', '0')]);
  assert.deepEqual(
    order,
    Array.from({ length: 51 }, (_, i) => 50 - i),
  );
});

test('two subscriptions of one group share its messages, each key with one of them', async () => {
  const bus = new EmbeddedBus();
  const got: Set<string>[] = [new Set(), new Set()];
  const join = (keys: Set<string>) =>
    bus.subscribe({ group: 'g', topics: ['t'], handler: async ({ key }) => void keys.add(key) });
  const [first] = await Promise.all(got.map(join));
  const keys = Array.from({ length: 40 }, (_, i) => `key-${i}`);
  await bus.publish([...keys, ...keys].map((key) => at('t', key)));
  assert.equal(got[0]!.size + got[1]!.size, 40);
  assert.ok(got[0]!.size > 5 && got[1]!.size > 5);
  await first!.stop();
  got[1]!.clear();
  await bus.publish(keys.map((key) => at('t', key)));
  assert.equal(got[1]!.size, 40);
});

test('a group that has stopped is not forgotten: its messages are refused until it is back', async () => {
  const bus = new EmbeddedBus();
  const subscription = await bus.subscribe({ group: 'g', topics: ['t'], handler: async () => {} });
  await subscription.stop();
  await assert.rejects(bus.publish([at('t')]), { code: 'BUS_STOPPED', retriable: true });
  await bus.subscribe({ group: 'g', topics: ['t'], handler: async () => {} });
  await bus.publish([at('t')]);
});
