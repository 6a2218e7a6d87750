import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ArtifactStore, openArtifacts } from '@trainyard/artifacts';
import { ProcessProfiler } from './profiler.js';

describe('the profiler', () => {
  let folder: string;
  let artifacts: ArtifactStore;
  let profiler: ProcessProfiler;
  const { signal } = new AbortController();
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'profiler-'));
    artifacts = await openArtifacts(folder);
    profiler = new ProcessProfiler({ env: { ARTIFACTS_URL: folder } });
  });
  after(async () => {
    profiler.close();
    await artifacts.close();
    await rm(folder, { recursive: true });
  });

  it('reads a file in another process and keeps the full profile', async () => {
    const { digest } = await artifacts.put(Buffer.from('x,when\n1,2024-01-01\n2,2024-01-02\n'));
    const profile = await profiler.profile({ digest }, signal);
    assert.equal(profile.rows, 2);
    assert.equal(profile.format, 'csv');
    assert.deepEqual(
      profile.columns.map(({ name, type }) => [name, type]),
      [
        ['x', 'number'],
        ['when', 'date'],
      ],
    );
    assert.equal(JSON.parse(Buffer.from(await artifacts.get(profile.digest)).toString()).columns[0].mean, 1.5);
  });

  it('tells what is wrong with a file, and reads the next one', async () => {
    const bad = await artifacts.put(Buffer.from('a,b\n1,2,3\n1,2\n'));
    const good = await artifacts.put(Buffer.from('a\n1\n'));
    const [first, second] = await Promise.allSettled(
      [bad, good].map(({ digest }) => profiler.profile({ digest, format: 'csv' }, signal)),
    );
    assert.equal(first?.status, 'rejected');
    assert.match((first as PromiseRejectedResult).reason.code, /ROW_RAGGED/);
    assert.equal(second?.status, 'fulfilled');
  });
});
