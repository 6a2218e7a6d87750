import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { artifactsContract } from '../contract.js';
import { openArtifacts } from '../open-artifacts.js';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-artifacts-'));
after(() => rmSync(folder, { recursive: true, force: true }));

artifactsContract('folder', () => openArtifacts(join(folder, 'contract')));

test('changed and shortened files are found out', async () => {
  const store = await openArtifacts(join(folder, 'corrupt'));
  for (const damage of [
    (path: string) => truncateSync(path, 3),
    (path: string) => writeFileSync(path, 'other bytes!'),
  ]) {
    const { digest } = await store.put(Buffer.from('valuable'));
    damage(await store.localPath(digest));
    const corrupt = { code: 'ARTIFACT_CORRUPT', retriable: false };
    await assert.rejects(store.get(digest), corrupt);
    await assert.rejects(store.localPath(digest), corrupt);
    const stream = await store.open(digest);
    await assert.rejects(async () => {
      for await (const _ of stream);
    }, corrupt);
    await store.put(Buffer.from('valuable'));
    assert.equal(Buffer.from(await store.get(digest)).toString(), 'valuable', 'storing it again repairs it');
  }
});

test('leaves no unfinished file, and removes those of processes that died long ago', async () => {
  const place = join(folder, 'sweep');
  const scratch = join(place, 'unfinished');
  await (await openArtifacts(place)).put(Buffer.from('a'));
  assert.deepEqual(readdirSync(scratch), []);
  writeFileSync(join(scratch, 'old'), 'x');
  utimesSync(join(scratch, 'old'), 0, 0);
  writeFileSync(join(scratch, 'new'), 'x');
  await (await openArtifacts(`file://${place}`)).put(Buffer.from('b'));
  assert.deepEqual(readdirSync(scratch), ['new']);
});

test('a path that is no folder is a clear error', async () => {
  writeFileSync(join(folder, 'file'), '');
  const store = await openArtifacts(join(folder, 'file'));
  const unavailable = { code: 'ARTIFACT_STORE_UNAVAILABLE', retriable: false };
  await assert.rejects(store.ping(), unavailable);
  await assert.rejects(store.put(Buffer.from('x')), unavailable);
});

test('an unknown kind of address is refused', async () => {
  await assert.rejects(openArtifacts('ftp://somewhere/x'), { code: 'INVALID_ARTIFACTS_URL' });
  await assert.rejects(openArtifacts(''), { code: 'INVALID_ARTIFACTS_URL' });
});
