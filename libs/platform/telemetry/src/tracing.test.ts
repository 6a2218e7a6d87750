import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { parseTraceparent } from './traceparent.js';
import { currentTraceparent, startTracing, withTraceparent } from './tracing.js';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('reads valid traceparents only', () => {
  assert.deepEqual(parseTraceparent(PARENT), {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    flags: 1,
  });
  assert.ok(parseTraceparent(`01${PARENT.slice(2)}-what-comes-later`));
  for (const bad of [
    undefined,
    '',
    'nonsense',
    PARENT.toUpperCase(),
    `${PARENT}-more`,
    `ff${PARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`,
  ]) {
    assert.equal(parseTraceparent(bad), undefined, bad);
  }
});

test('without an endpoint the trace is passed on through nested and parallel work', async () => {
  await startTracing({ service: 'test' });
  assert.match(currentTraceparent(), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  const [one, two] = await Promise.all([
    withTraceparent(PARENT, 'outer', async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const outer = currentTraceparent();
      const inner = await withTraceparent(undefined, 'inner', async () => currentTraceparent());
      return { outer, inner };
    }),
    withTraceparent('invalid', 'other', async () => currentTraceparent()),
  ]);
  for (const text of [one.outer, one.inner]) assert.equal(parseTraceparent(text)?.traceId, PARENT.slice(3, 35));
  assert.equal(new Set([PARENT, one.outer, one.inner]).size, 3, 'each is a span of its own');
  assert.notEqual(parseTraceparent(two)?.traceId, PARENT.slice(3, 35));
  await assert.rejects(
    withTraceparent(PARENT, 'failing', async () => {
      throw new RangeError('as it was');
    }),
    RangeError,
  );
});

test('with an endpoint the spans arrive there, in the trace they belong to', { timeout: 20_000 }, async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as { port: number };
  const tracing = await startTracing({ service: 'training', endpoint: `http://127.0.0.1:${port}` });
  const inside = await withTraceparent(PARENT, 'handle TrainRequested', async () => currentTraceparent());
  await withTraceparent(PARENT, 'failing', async () => Promise.reject(new Error('broken'))).catch(() => undefined);
  await tracing.stop();
  collector.close();
  const text = bodies.join('\n');
  assert.match(text, /^\/v1\/traces /);
  for (const part of ['"training"', '"handle TrainRequested"', PARENT.slice(3, 35), PARENT.slice(36, 52), 'broken']) {
    assert.ok(text.includes(part), `${part} in ${text.slice(0, 3000)}`);
  }
  assert.ok(text.includes(parseTraceparent(inside)!.spanId));
});
