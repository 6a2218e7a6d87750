import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { storeContract } from '../contract.js';
import { openStore } from '../open-store.js';
import { MongoStore } from './mongo-store.js';

const uri = process.env.TEST_MONGODB_URI;

if (uri) storeContract('mongo', () => openStore(uri));
else test('store contract: mongo', { skip: 'TEST_MONGODB_URI is not set' }, () => {});

test('a MongoDB that cannot be reached is a retriable error without the password', { timeout: 20_000 }, async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const { port } = closed.address() as { port: number };
  await new Promise((resolve) => closed.close(resolve));
  const store = new MongoStore(`mongodb://someone:secret@127.0.0.1:${port}/x?serverSelectionTimeoutMS=300`);
  await assert.rejects(store.open([]), (error: Error & { code: string; retriable: boolean }) => {
    assert.equal(error.code, 'STORE_UNAVAILABLE');
    assert.equal(error.retriable, true);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
