import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { decodeArtifact, encodeArtifact, findModel, type ModelArtifact } from './index.js';

const artifact: ModelArtifact = {
  format: 'test.thing',
  version: 3,
  manifest: { name: 'åäö', nested: { list: [1, null, 'x'] } },
  arrays: {
    bytes: Uint8Array.of(1, 2, 3),
    doubles: Float64Array.of(Math.PI, Number.NaN, Number.NEGATIVE_INFINITY),
    singles: Float32Array.of(0.5, -2),
    ints: Int32Array.of(-1, 7),
    words: Uint32Array.of(2 ** 32 - 1),
    shorts: Int16Array.of(-300),
    halves: Uint16Array.of(65535),
    none: new Float64Array(0),
  },
};

const isInvalid = (error: unknown) => error instanceof LearnError && error.code === 'ARTIFACT_INVALID';

describe('artifact codec', () => {
  it('gives back what it was given, from any alignment', () => {
    const bytes = encodeArtifact(artifact);
    assert.deepEqual(decodeArtifact(bytes), artifact);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    assert.deepEqual(decodeArtifact(shifted), artifact);
    assert.deepEqual(encodeArtifact(decodeArtifact(bytes)), bytes);
  });

  it('refuses every single damaged byte and every cut', () => {
    const bytes = encodeArtifact(artifact);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 0x10;
      assert.throws(() => decodeArtifact(damaged), isInvalid, `byte ${at}`);
      assert.throws(() => decodeArtifact(bytes.subarray(0, at)), isInvalid, `cut at ${at}`);
    }
    assert.throws(
      () => decodeArtifact(Buffer.from('PK\x03\x04 not an artifact at all, but long enough to hold one..')),
      isInvalid,
    );
  });

  it('refuses a manifest number that JSON would lose', () => {
    const lost = { ...artifact, manifest: { loss: Number.NaN } };
    assert.throws(() => encodeArtifact(lost), TypeError);
  });

  it('decodes the file that release 0.1 wrote', () => {
    const fixture = (name: string) => readFileSync(new URL(`../src/fixtures/${name}`, import.meta.url));
    const golden = JSON.parse(fixture('logistic-v1.json').toString('utf8'));
    const model = findModel('logistic').load(decodeArtifact(fixture('logistic-v1.model')));
    const x = { rows: golden.rows, cols: golden.cols, names: golden.names, data: Float32Array.from(golden.x) };
    const { probabilities } = model.predict(x);
    golden.probabilities.forEach((expected: number, i: number) => {
      assert.ok(Math.abs(probabilities![i]! - expected) < 1e-12, `probability ${i}`);
    });
  });
});
