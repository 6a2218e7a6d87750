import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { metricCatalogue } from './catalogue.js';
import { METRICS_PAGE, metricsPage } from './page.js';

test('docs/metrics.md is fresh', () => {
  assert.equal(readFileSync(METRICS_PAGE, 'utf8'), metricsPage(), 'run: node embedded/dist/metrics/write.js');
});

test('every metric is defined once, as a sentence, in base units', () => {
  const all = metricCatalogue.flatMap(({ metrics }) => metrics);
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, type, help, labels } of all) {
    assert.equal(/_total$/.test(name), type === 'counter', name);
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.match(help, /\.$/, name);
    assert.equal(labels[0], 'service', name);
  }
});
