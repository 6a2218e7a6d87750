import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { standaloneGatewayModule } from '../module.js';
import { TestGateway } from '../test-gateway.js';

let upstream: Server;
let gateway: TestGateway;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

before(async () => {
  upstream = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const urls = { SERVING_URL: url, REGISTRY_URL: url, OPTIMIZER_URL: 'http://127.0.0.1:9' };
  gateway = await TestGateway.start({ ...urls, EVALUATOR_URL: url }, standaloneGatewayModule);
});
after(async () => {
  await gateway.stop();
  upstream.closeAllConnections();
  upstream.close();
});

const echo = async (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  response.writeHead(201, { 'content-type': 'application/json', 'x-from': 'upstream' });
  response.end(JSON.stringify({ method, url, headers, bytes: Buffer.concat(chunks).length }));
};

describe('the gateway in a process of its own', () => {
  test('passes calls on, with their headers, query and body', async () => {
    answer = echo;
    const { status, headers, body } = await gateway.call(
      'POST',
      '/api/v1/predict/m?a=1',
      { instances: [{}] },
      { 'x-mine': '1' },
    );
    assert.deepEqual([status, headers.get('x-from')], [201, 'upstream']);
    assert.deepEqual([body.method, body.url, body.bytes], ['POST', '/api/v1/predict/m?a=1', 18]);
    assert.equal(body.headers['x-mine'], '1');
    assert.equal(body.headers['x-forwarded-host'], `127.0.0.1:${gateway.running.port}`);
  });

  test('streams uploads', async () => {
    answer = echo;
    const piece = Buffer.alloc(64 * 1024, 'x');
    const body = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 100; i++) controller.enqueue(piece);
        controller.close();
      },
    });
    const options = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'text/csv' } } as RequestInit;
    const response = await fetch(`${gateway.origin}/api/v1/datasets?name=a.csv`, options);
    assert.equal(((await response.json()) as { bytes: number }).bytes, 100 * piece.length);
  });

  test('answers its own calls itself, and passes other names on', async () => {
    answer = echo;
    assert.equal((await gateway.train({ jobId: 'own' })).body.jobId, 'own');
    assert.equal((await gateway.call('GET', '/api/v1/models/jobs/own')).body.status, 'queued');
    assert.equal((await gateway.call('GET', '/api/v1/models/m1')).body.url, '/api/v1/models/m1');
    const deployed = await gateway.call('POST', '/ml/deployment/deploy', { model: 'm' });
    assert.equal(deployed.body.url, '/api/v1/deployments');
    const results = await gateway.call('GET', '/ml/deployment/m1/status?a=1');
    assert.equal(results.body.url, '/api/v1/deployments/m1?a=1');
  });

  test('says which service is away', async () => {
    const { status, body } = await gateway.call('GET', '/api/v1/studies');
    assert.deepEqual([status, body.code], [503, 'UPSTREAM_UNAVAILABLE']);
    assert.match(body.detail, /optimizer/);
  });

  test('streams answers as they come, and stops when the caller goes', async () => {
    let closed: () => void;
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write('first');
      response.once('close', () => closed());
    };
    const response = await fetch(`${gateway.origin}/api/v1/runs/r/log`, { headers: { 'accept-encoding': 'identity' } });
    const reader = response.body?.getReader();
    const { value } = await reader!.read();
    assert.equal(Buffer.from(value!).toString(), 'first');
    await reader!.cancel();
    await gone;
  });

  test('an answer that breaks off breaks off for the caller too', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 100 });
      response.write('part');
      setTimeout(() => response.destroy(), 20);
    };
    await assert.rejects(async () => (await fetch(`${gateway.origin}/api/v1/runs/r/log`)).text());
  });

  test('its OpenAPI holds the calls of the others', async () => {
    answer = (_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ paths: { '/api/v1/deployments/{id}': { get: { operationId: 'x' } } } }));
    };
    const { body } = await gateway.call('GET', '/openapi.json');
    assert.ok(body.paths['/api/v1/models/train']);
    assert.ok(body.paths['/api/v1/deployments/{id}']);
    assert.ok(body.paths['/ml/deployment/{id}/status']);
  });
});
