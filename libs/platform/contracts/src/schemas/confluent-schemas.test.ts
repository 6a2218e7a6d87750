import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { confluentSchemas, subjectOf } from '../index.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Runs `work` against an HTTP server on a free port of this machine. */
async function serving(handler: Handler, work: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a schema is registered once, with the login of the address, and outages are waited for', async () => {
  const calls: string[] = [];
  await serving(
    (request, response) => {
      calls.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.statusCode = calls.length === 1 ? 503 : 200;
      response.end('{"id": 42}');
    },
    async (address) => {
      const source = confluentSchemas(`http://me:p%40ss@${address}/base/`);
      assert.deepStrictEqual(
        await Promise.all([source.idOf('TrainRequested'), source.idOf('TrainRequested')]),
        [42, 42],
      );
    },
  );
  const login = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
  const call = `POST /base/subjects/${subjectOf('TrainRequested')}/versions ${login}`;
  assert.deepStrictEqual(calls, [call, call]);
});

test('schemas are fetched once; unknown ids are unknown, and asked for again', async () => {
  let calls = 0;
  await serving(
    (request, response) => {
      calls++;
      const known = request.url === '/schemas/ids/7';
      response.statusCode = known ? 200 : 404;
      response.end(known ? '{"schema": "\\"string\\""}' : '{"error_code": 40403}');
    },
    async (address) => {
      const source = confluentSchemas(`http://${address}`);
      assert.deepStrictEqual([await source.schemaOf(7), await source.schemaOf(7)], ['string', 'string']);
      assert.equal(calls, 1);
      assert.deepStrictEqual([await source.schemaOf(8), await source.schemaOf(8)], [undefined, undefined]);
      assert.equal(calls, 3);
    },
  );
});

test('a refusal is not tried again, and names the reason but not the password', async () => {
  let calls = 0;
  await serving(
    (_request, response) => {
      calls++;
      response.statusCode = 409;
      response.end('{"error_code":409,"message":"incompatible"}');
    },
    async (address) => {
      const source = confluentSchemas(`http://me:secret@${address}`);
      await assert.rejects(source.idOf('TrainRequested'), (error: Error & { code: string; retriable: boolean }) => {
        assert.deepStrictEqual([error.code, error.retriable], ['SCHEMA_REGISTRY_REFUSED', false]);
        assert.match(error.message, /incompatible/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    },
  );
  assert.equal(calls, 1);
});

test('a registry that is away is an outage, and the next address is tried', async () => {
  const away = { code: 'SCHEMA_REGISTRY_UNAVAILABLE', retriable: true };
  await assert.rejects(confluentSchemas('http://127.0.0.1:1').idOf('TrainRequested'), away);
  await serving(
    (_request, response) => response.end('{"id": 1}'),
    async (address) => {
      assert.equal(await confluentSchemas(`http://127.0.0.1:1,http://${address}`).idOf('TrainRequested'), 1);
    },
  );
});
