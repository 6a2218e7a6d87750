import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableOf, withSection } from './table.js';

test('a section takes the place of the one of its name and leaves the others', () => {
  const document = '# Benchmarks\n\nIntro.\n\n## spine\n\nold\n\n## trees\n\nkept\n';
  assert.equal(
    withSection(document, 'spine', 'new\n'),
    '# Benchmarks\n\nIntro.\n\n## spine\n\nnew\n\n## trees\n\nkept\n',
  );
  assert.equal(withSection('# Benchmarks\n', 'spine', 'first'), '# Benchmarks\n\n## spine\n\nfirst\n');
});

test('a cell cannot break the table', () => {
  const [, , row] = tableOf([{ figure: 'a|b', target: '', measured: '1 s', load: '0.1' }]).split('\n');
  assert.match(row ?? '', /^\| a\\\|b +\| +\| 1 s +\| 0\.1 +\|$/);
});
