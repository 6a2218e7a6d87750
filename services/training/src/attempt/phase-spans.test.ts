import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { startTracing, traced } from '@trainyard/telemetry';
import { PhaseSpans } from './phase-spans.js';

interface Exported {
  readonly name: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: { readonly key: string; readonly value: object }[];
}

test('phases are spans below the attempt, the one it failed in too, and a process cannot make thousands', async () => {
  const bodies: string[] = [];
  const collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks).toString());
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as { port: number };
  const tracing = await startTracing({ service: 'training', endpoint: `http://127.0.0.1:${port}` });
  const note = { type: 'phase', pid: 77 } as const;
  await traced({ name: 'work on job' }, async () => {
    const phases = new PhaseSpans();
    phases.enter({ ...note, phase: 'read', at: 1_700_000_000_000 });
    phases.enter({ ...note, phase: 'fit', at: 1_700_000_002_000 });
    phases.fail(Object.assign(new Error('killed'), { code: 'OUT_OF_MEMORY' }));
    const chatty = new PhaseSpans();
    for (let i = 0; i < 1000; i++) chatty.enter({ ...note, phase: 'store', at: i + 1 });
    chatty.end();
  });
  await tracing.stop();
  collector.close();
  const spans: Exported[] = bodies
    .flatMap((text) => JSON.parse(text).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }: { spans: Exported[] }) => spans));
  const named = (name: string) => spans.filter((span) => span.name === name);
  const [[attempt], [read], [fit]] = [named('work on job'), named('read'), named('fit')];
  for (const span of [read, fit]) assert.equal(span!.parentSpanId, attempt!.spanId);
  assert.deepEqual(
    [read!.startTimeUnixNano, read!.endTimeUnixNano, read!.status.code ?? 0],
    ['1700000000000000000', '1700000002000000000', 0],
  );
  assert.equal(fit!.status.code, 2);
  assert.deepEqual(
    fit!.attributes.map(({ key }) => key),
    ['process.pid', 'error.type'],
  );
  assert.equal(named('store').length, 50);
  new PhaseSpans().enter({ ...note, phase: 'read', at: 1 });
});
