import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { collectionOf } from './aggregate.js';
import { Flow } from './flow.js';
import { type CounterState, counter } from './testing/counter.js';
import { eventually, testPorts } from './testing/ports.js';

async function open(changes = {}) {
  const bench = await testPorts(changes);
  await bench.ports.store.open([collectionOf(counter)]);
  return { ...bench, flow: new Flow(bench.ports) };
}

describe('a flow', () => {
  test('stores the state, publishes its event once and clears the outbox', async () => {
    const { flow, published } = await open();
    await flow.handle(counter, 'a', { type: 'Add', by: 2 });
    await eventually(async () => (await flow.load(counter, 'a'))?.outbox.length === 0);
    assert.equal((await flow.load<CounterState>(counter, 'a'))?.state.count, 2);
    assert.deepEqual(
      published.map(({ type, id, source, key }) => ({ type, id, source, key })),
      [{ type: 'JobCancelled', id: 'Counter/a/1/0', source: 'trainyard/test', key: 'a' }],
    );
  });

  test('a message absorbed before changes nothing', async () => {
    const { flow, published } = await open();
    for (let i = 0; i < 5; i++) await flow.handle(counter, 'a', { type: 'Add', by: 1 }, { messageId: 'x|1' });
    await flow.handle(counter, 'a', { type: 'Add', by: 1 }, { messageId: 'x|2' });
    await eventually(() => published.length === 2);
    assert.equal((await flow.load<CounterState>(counter, 'a'))?.state.count, 2);
  });

  test('fifty writers at once are all applied', async () => {
    const { flow } = await open();
    await Promise.all(Array.from({ length: 50 }, () => flow.handle(counter, 'a', { type: 'Add', by: 1 })));
    assert.equal((await flow.load<CounterState>(counter, 'a'))?.state.count, 50);
  });

  test('a decision without events writes nothing', async () => {
    const { flow } = await open();
    const { record } = await flow.handle(counter, 'a', { type: 'Add', by: 0 });
    assert.equal(record, undefined);
    assert.equal(await flow.load(counter, 'a'), undefined);
  });

  test('what a process left in an outbox is published by the next sweep', async () => {
    let now = 1_000_000;
    const clock = { now: () => now, sleep: async () => {} };
    const { ports, published } = await open({ clock });
    const dying = new Flow({ ...ports, bus: { ...ports.bus, publish: () => new Promise<void>(() => {}) } as never });
    await dying.handle(counter, 'a', { type: 'Add', by: 1 });
    assert.equal(published.length, 0);
    now += 5000;
    const next = new Flow(ports);
    await next.relay.sweep([counter]);
    assert.equal(published.length, 1);
    assert.equal((await next.load(counter, 'a'))?.outbox.length, 0);
  });

  test('what a timer does later belongs to the trace of the message that set it', async () => {
    const { flow, published } = await open();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await flow.handle(counter, 'a', { type: 'Sleep', until: 1 }, { messageId: 'x|1', traceparent });
    await flow.handle(counter, 'a', { type: 'Wake' });
    await eventually(() => published.length === 1);
    assert.equal(published[0]?.traceparent, traceparent);
  });

  test('events of one aggregate leave in order, also when it changes while they leave', async () => {
    const { flow, published } = await open();
    for (let i = 0; i < 30; i++) await flow.handle(counter, 'a', { type: 'Add', by: 1 });
    await eventually(() => new Set(published.map(({ id }) => id)).size === 30);
    const reasons = published.map(({ data }) => Number((data as { reason: string }).reason.split(' ')[1]));
    assert.deepEqual(
      reasons,
      [...reasons].sort((a, b) => a - b),
    );
  });
});
