import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import type { ArtifactStore } from './artifacts.js';

const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';

async function* inChunks(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/**
 * What every adapter of the artifact store promises, as node:test tests.
 * @param create a store; the suite closes it
 */
export function artifactsContract(name: string, create: () => Promise<ArtifactStore>): void {
  describe(`artifacts contract: ${name}`, { timeout: 60_000 }, () => {
    let store: ArtifactStore;
    before(async () => {
      store = await create();
    });
    after(() => store?.close());

    test('answers the SHA-256 and gives the bytes back, whole, as a stream and as a file', async () => {
      assert.deepEqual(await store.put(Buffer.from('hello')), { digest: HELLO, size: 5 });
      assert.equal(Buffer.from(await store.get(HELLO)).toString(), 'hello');
      assert.equal((await collect(await store.open(HELLO))).toString(), 'hello');
      assert.equal(await readFile(await store.localPath(HELLO), 'utf8'), 'hello');
      assert.equal(await readFile(await store.localPath(HELLO), 'utf8'), 'hello');
    });

    test('storing the same content again, also at the same time, changes nothing', async () => {
      const content = randomBytes(100_000);
      const puts = Array.from({ length: 8 }, (_, i) => store.put(i % 2 ? content : inChunks(content, 999)));
      const digests = new Set((await Promise.all(puts)).map(({ digest }) => digest));
      assert.equal(digests.size, 1);
      assert.ok(content.equals(await store.get([...digests][0]!)));
    });

    test('takes an empty content, and 20 MB as a stream', async () => {
      const empty = await store.put(new Uint8Array());
      assert.equal(empty.size, 0);
      assert.equal((await store.get(empty.digest)).length, 0);
      const content = randomBytes(20_000_000);
      const big = await store.put(inChunks(content, 123_457));
      assert.deepEqual(big, { digest: createHash('sha256').update(content).digest('hex'), size: 20_000_000 });
      assert.ok(content.equals(await collect(await store.open(big.digest))));
      assert.ok(content.equals(await readFile(await store.localPath(big.digest))));
      assert.ok(content.equals(await store.get((await store.put(content)).digest)));
    });

    test('what goes in and out is a copy', async () => {
      const content = Buffer.from('immutable');
      const { digest } = await store.put(content);
      content[0] = 0;
      (await store.get(digest))[1] = 0;
      assert.equal(Buffer.from(await store.get(digest)).toString(), 'immutable');
    });

    test('knows what it has and forgets what is deleted', async () => {
      const { digest } = await store.put(randomBytes(10));
      assert.equal(await store.has(digest), true);
      await store.localPath(digest);
      await store.delete(digest);
      await store.delete(digest);
      assert.equal(await store.has(digest), false);
      const missing = { name: 'ArtifactError', code: 'ARTIFACT_NOT_FOUND', retriable: false };
      await assert.rejects(store.get(digest), missing);
      await assert.rejects(store.open(digest), missing);
      await assert.rejects(store.localPath(digest), missing);
    });

    test('a stream that fails on the way stores nothing and fails with its own error', async () => {
      const failing = async function* () {
        yield Buffer.from('half');
        throw new RangeError('the sender went away');
      };
      await assert.rejects(store.put(failing()), { name: 'RangeError' });
      assert.equal(await store.has(createHash('sha256').update('half').digest('hex')), false);
    });

    test('nothing but a digest is accepted, so no path can escape', async () => {
      for (const bad of ['', '../../etc/passwd', HELLO.toUpperCase(), `${HELLO}0`, HELLO.slice(1), `${HELLO}\n`, '/']) {
        const refused = { code: 'ARTIFACT_INVALID_DIGEST' };
        await assert.rejects(store.get(bad), refused);
        await assert.rejects(store.open(bad), refused);
        await assert.rejects(store.localPath(bad), refused);
        await assert.rejects(store.has(bad), refused);
        await assert.rejects(store.delete(bad), refused);
      }
    });

    test('ping', () => store.ping());
  });
}
