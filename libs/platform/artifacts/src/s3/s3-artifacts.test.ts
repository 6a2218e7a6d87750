import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { artifactsContract } from '../contract.js';
import { openArtifacts } from '../open-artifacts.js';
import { parseS3Url } from './s3-url.js';

const url = process.env.TEST_S3_URL;
const folder = mkdtempSync(join(tmpdir(), 'trainyard-s3-cache-'));
after(() => rmSync(folder, { recursive: true, force: true }));

if (url) {
  artifactsContract('s3', () => openArtifacts(url, { cacheFolder: folder }));
  describe('s3 artifacts', () => s3Only(url));
} else {
  test('artifacts contract: s3', { skip: 'TEST_S3_URL is not set' }, () => {});
}

function s3Only(address: string): void {
  test('a damaged object is found out, and a damaged local copy is fetched again', async () => {
    const store = await openArtifacts(address, { cacheFolder: folder });
    const { digest } = await store.put(Buffer.from('precious'));
    const copy = await store.localPath(digest);
    writeFileSync(copy, 'damaged!');
    assert.equal(readFileSync(await store.localPath(digest), 'utf8'), 'precious');

    const { bucket, prefix, endpoint, region } = parseS3Url(address);
    const client = new S3Client({ endpoint: endpoint!, region, forcePathStyle: true });
    const key = `${prefix}${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'poisoned' }));
    await assert.rejects(store.get(digest), { code: 'ARTIFACT_CORRUPT' });
    rmSync(copy);
    await assert.rejects(store.localPath(digest), { code: 'ARTIFACT_CORRUPT' });
    client.destroy();
  });

  test('a bucket that does not exist is a clear error', async () => {
    const store = await openArtifacts(address.replace(/s3:\/\/[^/?]+/, 's3://no-such-bucket'), { cacheFolder: folder });
    await assert.rejects(store.put(Buffer.from('x')), { code: 'ARTIFACT_STORE_UNAVAILABLE', retriable: false });
    await assert.rejects(store.ping());
  });
}

test('a storage that cannot be reached is a retriable error', { timeout: 30_000 }, async () => {
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  const store = await openArtifacts('s3://bucket?endpoint=http://127.0.0.1:1', { cacheFolder: folder });
  const digest = '0'.repeat(64);
  await assert.rejects(store.get(digest), { code: 'ARTIFACT_STORE_UNAVAILABLE', retriable: true });
});

test('reads addresses and refuses wrong ones', () => {
  assert.deepEqual(parseS3Url('s3://b/x/y/?endpoint=http://h:9000&region=eu-west-1'), {
    bucket: 'b',
    prefix: 'x/y/',
    endpoint: 'http://h:9000',
    region: 'eu-west-1',
  });
  assert.equal(parseS3Url('s3://b').prefix, '');
  for (const bad of ['s3://', 's3://b?endpoint=h:9000', 's3://b?colour=red', 's3://key:secret@b/x']) {
    assert.throws(() => parseS3Url(bad), { code: 'INVALID_ARTIFACTS_URL' }, bad);
  }
});
