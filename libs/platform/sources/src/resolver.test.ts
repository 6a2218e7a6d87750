import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { MemoryArtifacts } from '@trainyard/artifacts';
import { isPrivateAddress } from './address.js';
import { SourceResolver } from './resolver.js';

const folder = mkdtempSync(path.join(tmpdir(), 'sources-'));
const root = path.join(folder, 'root');
mkdirSync(root);
writeFileSync(path.join(root, 'a.csv'), 'x,y\n1,2\n');
writeFileSync(path.join(folder, 'secret.csv'), 'x\n1\n');
symlinkSync(path.join(folder, 'secret.csv'), path.join(root, 'link.csv'));

const settings = { roots: [root], hosts: [] as string[], buckets: [] as string[], maxBytes: 1000 };
const resolver = (changes: Partial<typeof settings> = {}) =>
  new SourceResolver(new MemoryArtifacts(), { ...settings, ...changes });
const code = (expected: string) => (error: unknown) => (error as { code: string }).code === expected;

describe('files', () => {
  test('a file within the roots becomes a dataset with its digest and format', async () => {
    const one = await resolver().snapshot(pathToFileURL(path.join(root, 'a.csv')).href);
    assert.equal(one.format, 'csv');
    assert.equal(one.bytes, 8);
    assert.equal(one.uri, `dataset://${one.digest}`);
  });

  test('a relative file URI is found within the roots', async () => {
    mkdirSync(path.join(root, 'sub2'));
    writeFileSync(path.join(root, 'sub2/b.csv'), 'x\n1\n');
    assert.equal((await resolver().snapshot('file://sub2/b.csv')).bytes, 4);
    await assert.rejects(resolver().snapshot('file://sub2/../../secret.csv'), code('SOURCE_NOT_FOUND'));
    await assert.rejects(resolver().snapshot('file://sub2/%2e%2e/%2e%2e/secret.csv'), code('SOURCE_NOT_FOUND'));
    await assert.rejects(resolver().snapshot('file://sub2/%ZZ'), code('URI_INVALID'));
  });

  for (const [name, uri] of [
    ['outside the roots', pathToFileURL(path.join(folder, 'secret.csv')).href],
    ['climbing out', `file://${root}/../secret.csv`],
    ['through a link', pathToFileURL(path.join(root, 'link.csv')).href],
    ['encoded dots', `file://${root}/%2e%2e/secret.csv`],
    ['a system file', 'file:///etc/passwd'],
  ] as const) {
    test(`${name} is refused`, () => assert.rejects(resolver().snapshot(uri), code('URI_NOT_ALLOWED')));
  }

  test('a missing file, a folder, a large file and no URI each say so', async () => {
    await assert.rejects(resolver().snapshot(`file://${root}/none.csv`), code('SOURCE_NOT_FOUND'));
    mkdirSync(path.join(root, 'sub'));
    await assert.rejects(resolver().snapshot(`file://${root}/sub`), code('SOURCE_UNREADABLE'));
    await assert.rejects(resolver({ maxBytes: 3 }).snapshot(`file://${root}/a.csv`), code('SOURCE_TOO_LARGE'));
    await assert.rejects(resolver().snapshot('a.csv'), code('URI_INVALID'));
    await assert.rejects(resolver().snapshot('ftp://x/a.csv'), code('URI_INVALID'));
    await assert.rejects(resolver().snapshot(`dataset://${'0'.repeat(64)}`), code('SOURCE_NOT_FOUND'));
    await assert.rejects(resolver().snapshot('s3://secret/a.csv'), code('URI_NOT_ALLOWED'));
  });
});

describe('http', () => {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') return response.writeHead(302, { location: 'http://169.254.169.254/meta' }).end();
    if (request.url === '/large') return response.end('x'.repeat(2000));
    if (request.url === '/a.csv') return response.end('x,y\n1,2\n');
    response.writeHead(404).end();
  });
  let host = '';
  before(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  after(() => server.close());

  test('private addresses are refused, by number and by name', async () => {
    for (const name of [
      host,
      host.replace('127.0.0.1', 'localhost'),
      host.replace('127.0.0.1', '[::1]'),
      '[::ffff:127.0.0.1]',
      '2130706433',
    ]) {
      await assert.rejects(resolver().snapshot(`http://${name}/a.csv`), code('URI_NOT_ALLOWED'), name);
    }
  });

  test('a trusted host is read, its redirect to a private address is not', async () => {
    const trusting = resolver({ hosts: [host] });
    assert.equal((await trusting.snapshot(`http://${host}/a.csv`)).bytes, 8);
    await assert.rejects(trusting.snapshot(`http://${host}/redirect`), code('URI_NOT_ALLOWED'));
    await assert.rejects(trusting.snapshot(`http://${host}/large`), code('SOURCE_TOO_LARGE'));
    await assert.rejects(trusting.snapshot(`http://${host}/none`), code('SOURCE_NOT_FOUND'));
  });
});

test('private addresses are known in every notation', () => {
  for (const address of [
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '0.0.0.0',
  ]) {
    assert.ok(isPrivateAddress(address), address);
  }
  for (const address of ['8.8.8.8', '2606:4700::1111']) assert.ok(!isPrivateAddress(address), address);
});
