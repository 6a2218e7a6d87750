import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GENERATED, generatedFiles } from './generated.js';

test('generated/ is fresh', () => {
  const files = generatedFiles();
  for (const [path, text] of files) {
    assert.equal(
      readFileSync(new URL(path, GENERATED), 'utf8'),
      text,
      `${path}: node deploy/observability/dist/write.js`,
    );
  }
  const kept = readdirSync(GENERATED, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(kept.length, files.size, 'nothing else lies there');
});
