import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { listModels } from '@trainyard/models';

it('docs/models.md names every model', () => {
  const page = readFileSync(new URL('../../../docs/models.md', import.meta.url), 'utf8');
  for (const { name } of listModels()) assert.ok(page.includes(`\`${name}\``), `docs/models.md lacks ${name}`);
});
