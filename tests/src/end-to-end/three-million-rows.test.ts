import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Client } from './client.js';
import { files, quote, write } from './data-sets.js';
import { PeakMemory } from './peak-memory.js';
import { type StartedPlatform, startPlatform } from './platform.js';

describe('three million flights', { timeout: 900_000 }, () => {
  let platform: StartedPlatform;
  before(async () => {
    platform = await startPlatform();
  });
  after(() => platform?.stop());

  it('train by file:// in well under 4 GB', async (test) => {
    const client = new Client(platform.address);
    const query = `
      SELECT hour(date) AS hour, dayname(date) AS day, origin, destination, distance, delay > 15 AS late
      FROM ${quote(files.flights3m)}`;
    const file = await write(query, join(platform.folder, 'flights.parquet'));
    const peak = new PeakMemory(platform.pid);
    const started = performance.now();
    const dataset = { uri: pathToFileURL(file).href, target: 'late' };
    const job = await client.trained({ name: 'late', model: 'lightgbm', dataset }, 800_000);
    const seconds = (performance.now() - started) / 1000;
    const gibibytes = peak.stop() / 2 ** 30;
    test.diagnostic(`3,000,000 rows: ${seconds.toFixed(1)} s, worker at most ${gibibytes.toFixed(2)} GiB`);
    assert.equal(job.task, 'binary');
    assert.ok(job.metrics.roc_auc > 0.6, `roc_auc ${job.metrics.roc_auc}`);
    const { dataset: read } = await client.must('GET', '/api/v1/models/late/lineage');
    assert.equal(read.rows, 3_000_000);
    assert.ok(gibibytes > 0 && gibibytes < 3, `${gibibytes} GiB`);
  });
});
