import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeContract } from '../contract.js';
import { MemoryStore } from './memory-store.js';

storeContract('memory', async () => new MemoryStore());

test('a closed memory store refuses calls, and opened again has its documents', async () => {
  const store = new MemoryStore();
  const schema = { name: 'things', fields: {}, indexes: [] };
  await store.open([schema]);
  await store.insert('things', { id: 'a', revision: 1, index: {}, body: 1 });
  await store.close();
  await assert.rejects(store.get('things', 'a'), { code: 'STORE_CLOSED' });
  await store.open([schema]);
  assert.equal((await store.get('things', 'a'))?.body, 1);
});
