import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { BusError, type BusMessage, type Delivery, EmbeddedBus } from '@trainyard/bus';
import { bury, deadLetters } from './dead-letter.js';
import { Rejection } from './errors.js';
import { RunningService, type ServiceDefinition } from './service.js';
import { type CounterState, counter } from './testing/counter.js';
import { eventually, message, testPorts } from './testing/ports.js';

const definition: ServiceDefinition = {
  name: 'test',
  aggregates: [counter],
  topics: ['training.commands'],
  route: ({ type, data }) =>
    type === 'CancelRequested'
      ? [{ aggregate: counter, id: (data as { jobId: string }).jobId, command: { type, data } as never }]
      : [],
  tickMs: 20,
};

async function start(t: TestContext) {
  const bench = await testPorts();
  const service = new RunningService(definition, bench.ports);
  await service.start();
  t.after(() => service.stop());
  const send = async (id: string, jobId: string, reason = '') =>
    bench.ports.bus.publish([await bench.ports.codec.encode(message('CancelRequested', id, jobId, { jobId, reason }))]);
  const count = async (id: string) => (await service.flow.load<CounterState>(counter, id))?.state.count;
  const dead = async () =>
    (await bench.ports.store.find(deadLetters.name, { limit: 100 })).map(({ index }) => index.code);
  return { ...bench, service, send, count, dead };
}

describe('a service', () => {
  test('applies a message once, however often it is published', async (t) => {
    const { send, count } = await start(t);
    for (let i = 0; i < 5; i++) await send('1', 'a');
    assert.equal(await count('a'), 1);
  });

  test('wakes what is due', async (t) => {
    const { service, send, count } = await start(t);
    await send('1', 'a');
    await service.flow.handle(counter, 'a', { type: 'Sleep', until: Date.now() + 50 });
    await eventually(async () => (await count('a')) === 101);
  });

  test('a refused message becomes a dead letter and the next one is handled', async (t) => {
    const { send, count, dead } = await start(t);
    await send('1', 'a', 'refuse');
    await send('2', 'a');
    assert.equal(await count('a'), 1);
    assert.deepEqual(await dead(), ['REFUSED']);
  });

  test('a dead letter whose publishing failed is published when its message comes again', async () => {
    const bus = new EmbeddedBus();
    let away = true;
    const publish: typeof bus.publish = async (messages) => {
      if (away) throw new BusError('BUS_UNAVAILABLE', 'away', true);
      return bus.publish(messages);
    };
    const { ports } = await testPorts({ bus });
    await ports.store.open([deadLetters]);
    const dead: string[] = [];
    const observe = async ({ headers }: Delivery) => void dead.push(headers.dead_code ?? '');
    await bus.subscribe({ group: 'dead', topics: ['training.commands.dead'], handler: observe });
    const poison = { topic: 'training.commands', key: 'k', value: Buffer.of(1), headers: { ce_id: 'bad' } };
    const delivery = { ...poison, partition: 0, offset: '0', attempt: 1 };
    const faulty = { ...ports, bus: Object.assign(Object.create(bus), { publish }) };
    await assert.rejects(bury(faulty, delivery, new Rejection('REFUSED', 'never')), { code: 'BUS_UNAVAILABLE' });
    away = false;
    for (let i = 0; i < 3; i++) await bury(faulty, delivery, new Rejection('REFUSED', 'never'));
    assert.deepEqual(dead, ['REFUSED']);
    assert.equal(await ports.store.count(deadLetters.name), 1);
    await bus.close();
  });

  test('a handler that keeps failing gives up after five tries', async (t) => {
    const { send, dead } = await start(t);
    for (let i = 1; i < 5; i++) await assert.rejects(send('1', 'a', 'crash'));
    await send('1', 'a', 'crash');
    assert.deepEqual(await dead(), ['INTERNAL']);
  });

  for (const [name, spoil, code] of [
    ['a bad magic byte', (m: BusMessage) => ({ ...m, value: Uint8Array.of(9, ...m.value.subarray(1)) }), 'BAD_MAGIC'],
    [
      'an unknown schema id',
      (m: BusMessage) => ({ ...m, value: Uint8Array.of(0, 0, 0, 250, 250, ...m.value.subarray(5)) }),
      'UNKNOWN_SCHEMA',
    ],
    ['ten megabytes', (m: BusMessage) => ({ ...m, value: new Uint8Array(10 * 2 ** 20) }), 'MESSAGE_TOO_LARGE'],
    ['half a message', (m: BusMessage) => ({ ...m, value: m.value.subarray(0, 7) }), 'MALFORMED_EVENT'],
  ] as const) {
    test(`${name} becomes a dead letter with its reason, once`, async (t) => {
      const { ports, send, count, dead } = await start(t);
      const spoilt = spoil(await ports.codec.encode(message('CancelRequested', '1', 'a', { jobId: 'a', reason: '' })));
      await ports.bus.publish([spoilt]);
      await ports.bus.publish([spoilt]);
      await send('2', 'a');
      assert.equal(await count('a'), 1);
      assert.deepEqual(await dead(), [code]);
    });
  }
});
