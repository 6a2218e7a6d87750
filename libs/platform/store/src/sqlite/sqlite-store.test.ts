import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'libsql';
import { storeContract } from '../contract.js';
import { openStore } from '../open-store.js';
import { SqliteStore } from './sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-sqlite-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const things = { name: 'things', fields: { n: 'number' as const }, indexes: [['n']] };

storeContract('sqlite in memory', () => openStore('sqlite::memory:'));
storeContract('sqlite in a file', () => openStore(`sqlite:${join(folder, 'new', 'contract.db')}`));

test('what was answered survives kill -9', async () => {
  const path = join(folder, 'killed.db');
  const script = `
    const { openStore } = await import(${JSON.stringify(new URL('../index.js', import.meta.url).href)});
    const store = await openStore('sqlite:' + ${JSON.stringify(path)});
    await store.open([${JSON.stringify(things)}]);
    for (let i = 0; ; i += 1) {
      await store.insert('things', { id: String(i), revision: 1, index: { n: i }, body: { i } });
      if (i % 100 === 0) await new Promise((done) => process.stdout.write(i + '\\n', done));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = -1;
  for await (const chunk of child.stdout) {
    acknowledged = Number(String(chunk).trim().split('\n').at(-1));
    if (acknowledged >= 2000) break;
  }
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  const store = await openStore(`sqlite:${path}`);
  await store.open([things]);
  const count = await store.count('things');
  assert.ok(count > acknowledged, `${count} documents for ${acknowledged + 1} acknowledged`);
  const last = await store.find('things', { orderBy: [['n', 'desc']], limit: 1 });
  assert.equal(last[0]!.index.n, count - 1, 'no gap');
  await store.close();
});

test('a file that is no database is a clear error', async () => {
  const path = join(folder, 'garbage.db');
  writeFileSync(path, 'this is certainly not a database, whatever its name says'.repeat(100));
  await assert.rejects(new SqliteStore(path).open([things]), { code: 'STORE_CORRUPT', retriable: false });
});

test('a folder where no file can be made is a clear error', async () => {
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(new SqliteStore(join(folder, 'file', 'x.db')).open([things]), { code: 'STORE_UNAVAILABLE' });
});

test('a database locked by another process is a clear, retriable error', { timeout: 20_000 }, async () => {
  const path = join(folder, 'locked.db');
  const store = new SqliteStore(path);
  await store.open([things]);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const insert = store.insert('things', { id: 'a', revision: 1, index: {}, body: 1 });
  await assert.rejects(insert, { code: 'STORE_LOCKED', retriable: true });
  other.exec('ROLLBACK');
  assert.equal(await store.insert('things', { id: 'a', revision: 1, index: {}, body: 1 }), true);
  other.close();
  await store.close();
  await assert.rejects(store.get('things', 'a'), { code: 'STORE_CLOSED' });
});

test('an index serves the queries that name its fields', async () => {
  const path = join(folder, 'indexed.db');
  const store = new SqliteStore(path);
  await store.open([things]);
  await store.close();
  const database = new Database(path);
  const plan = database
    .prepare('EXPLAIN QUERY PLAN SELECT * FROM "things" WHERE "n" > 3 ORDER BY "n" DESC, "id" DESC')
    .all();
  assert.match(JSON.stringify(plan), /USING INDEX things_by_n/);
  assert.doesNotMatch(JSON.stringify(plan), /TEMP B-TREE/);
  database.close();
});

test('an unknown address is refused', async () => {
  await assert.rejects(openStore('postgres://somewhere'), { code: 'INVALID_STORE_URL' });
});
