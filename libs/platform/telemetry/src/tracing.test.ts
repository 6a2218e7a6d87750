import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { parseTraceparent } from './traceparent.js';
import { currentTraceparent, isExporting, startTracing, traced, tracedUntil } from './tracing.js';

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

test('without an endpoint no span is made and the trace is passed on as it came, also by parallel work', async () => {
  await startTracing({ service: 'test' });
  assert.equal(isExporting(), false);
  assert.equal(currentTraceparent(), undefined);
  const [one, two] = await Promise.all([
    traced({ name: 'outer', parent: PARENT }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return traced({ name: 'inner' }, async () => currentTraceparent());
    }),
    traced({ name: 'other', parent: 'invalid' }, async () => currentTraceparent()),
  ]);
  assert.equal(one, PARENT);
  assert.match(two!, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.notEqual(two!.slice(3, 35), PARENT.slice(3, 35), 'a trace of its own');
  const failing = traced({ name: 'failing' }, async () => Promise.reject(new RangeError('as it was')));
  await assert.rejects(failing, RangeError);
});

interface Exported {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
  readonly attributes: { readonly key: string }[];
}

test('with an endpoint the spans arrive there, in the trace they belong to', { timeout: 20_000 }, async () => {
  const bodies: { url: string | undefined; text: string }[] = [];
  const collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      bodies.push({ url: request.url, text });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as { port: number };
  const tracing = await startTracing({ service: 'training', endpoint: `http://127.0.0.1:${port}` });
  const start = {
    name: 'handle TrainRequested',
    parent: PARENT,
    kind: 'consumer',
    attributes: { topic: 't' },
  } as const;
  const inside = await traced(start, async () => currentTraceparent());
  await traced({ name: 'failing', parent: PARENT }, async () => Promise.reject(new Error('broken'))).catch(() => {});
  await traced({ name: 'told', parent: PARENT }, async (fail) => fail(new Error('dealt with')));
  tracedUntil({ name: 'POST', parent: PARENT, kind: 'server' }, (span) => {
    setImmediate(() => span!.end('POST /api', { 'http.response.status_code': 503 }, true));
  });
  await new Promise((resolve) => setImmediate(resolve));
  await tracing.stop();
  collector.close();
  assert.ok(bodies.every(({ url }) => url === '/v1/traces'));
  const resources = bodies.flatMap(({ text }) => JSON.parse(text).resourceSpans);
  assert.ok(JSON.stringify(resources[0].resource).includes('"training"'));
  const spans: Exported[] = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }: never) => spans));
  assert.deepEqual(
    spans.map(({ name, kind, status }) => [name, kind, status.code ?? 0]),
    [
      ['handle TrainRequested', 5, 0],
      ['failing', 1, 2],
      ['told', 1, 2],
      ['POST /api', 2, 2],
    ],
  );
  for (const { traceId, parentSpanId } of spans) {
    assert.deepEqual([traceId, parentSpanId], [PARENT.slice(3, 35), PARENT.slice(36, 52)]);
  }
  assert.equal(spans[0]!.spanId, parseTraceparent(inside)!.spanId);
  assert.equal(spans[0]!.attributes[0]!.key, 'topic');
  assert.equal(isExporting(), false);
});
