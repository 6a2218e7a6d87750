import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { encodeArtifact } from '../codec.js';
import { fitLightGBM, mixedData } from './test-data.js';

/** Fits in a process that has no SharedArrayBuffer; prints what the memory was and a digest of the model. */
const SCRIPT = `
  const { Memory } = WebAssembly;
  delete globalThis.SharedArrayBuffer;
  const seen = new Set();
  WebAssembly.Memory = function (limits) { seen.add(limits.shared); return new Memory(limits); };
  const { fitLightGBM, mixedData } = await import('./test-data.js');
  const { encodeArtifact } = await import('../codec.js');
  const { createHash } = await import('node:crypto');
  const model = await fitLightGBM(mixedData('multiclass', 18_000), { n_estimators: 4 }, { threads: 2 });
  console.log([...seen].join(), createHash('sha256').update(encodeArtifact(model.save())).digest('hex'));
`;

describe('lightgbm without SharedArrayBuffer', () => {
  it('gives the same bytes, over a memory of one thread', async () => {
    const model = await fitLightGBM(mixedData('multiclass', 18_000), { n_estimators: 4 }, { threads: 2 });
    const digest = createHash('sha256').update(encodeArtifact(model.save())).digest('hex');
    const script = SCRIPT.replaceAll("'./", `'${new URL('./', import.meta.url)}`).replaceAll(
      "'../",
      `'${new URL('../', import.meta.url)}`,
    );
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(printed.trim(), `false ${digest}`);
  });
});
