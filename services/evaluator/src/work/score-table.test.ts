import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ArtifactStore } from '@trainyard/artifacts';
import { readTable, type Table } from '@trainyard/data';
import type { SourceResolver } from '@trainyard/sources';
import { encodeBundle, evaluateHoldout, Predictor, trainModel } from '@trainyard/workflow';
import { scoreTable } from './score-table.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

const ROWS = 120;

describe('a registered version on the rows of a file', () => {
  let folder: string;
  let file: string;
  let table: Table;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'score-table-'));
    file = path.join(folder, 'rows.csv');
    const rows = Array.from({ length: ROWS }, (_, t) => `${t},${Math.sin(t / 3)},${t % 4},${t % 10 === 9 ? 1 : 0}`);
    await writeFile(file, `at,wave,quarter,odd\n${rows.join('\n')}\n`);
    table = await readTable(file);
  });
  after(() => rm(folder, { recursive: true }));

  /** Trains on the file, and evaluates what comes out on it. */
  async function scored(request: Parameters<typeof trainModel>[0], dataset: { target?: string } = {}) {
    const params = { epochs: 2, hidden_layer_sizes: [4], batch_size: 16 };
    const { bundle } = await trainModel({ params, ...request }, { table });
    const artifacts = { get: async () => encodeBundle(bundle) } as unknown as ArtifactStore;
    const sources = { snapshot: async () => ({ path: file, format: 'csv' }) } as unknown as SourceResolver;
    const task = { kind: 'dataset', artifact: '', dataset: { uri: file, ...dataset } } as unknown as Parameters<
      typeof scoreTable
    >[0];
    return scoreTable(task, { artifacts, sources, signal: new AbortController().signal });
  }

  it('pairs each step of a forecast with the row it is about', async () => {
    const dataset = { uri: 'memory', target: 'wave', time: 'at', features: ['wave'] };
    const holdout = await scored({ model: 'mlp', task: 'forecast', seqLen: 4, horizon: 3, dataset });
    assert.deepEqual(holdout.outputs, ['1', '2', '3']);
    assert.equal(holdout.yTrue.length, 3 * (ROWS - 3), 'rows whose last steps lie beyond the end are left out');
    assert.deepEqual(
      [...holdout.yTrue.subarray(30, 33)],
      [11, 12, 13].map((row) => Math.sin(row / 3)),
    );
    assert.equal(holdout.values.length, holdout.yTrue.length);
    assert.equal(evaluateHoldout(holdout).perOutput!.length, 3);
  });

  it('takes several targets from their columns', async () => {
    const dataset = { uri: 'memory', targets: ['wave', 'quarter'], features: ['at'] };
    const holdout = await scored({ model: 'mlp', dataset });
    assert.deepEqual([...holdout.yTrue.subarray(2 * 7, 2 * 8)], [Math.sin(7 / 3), 3]);
    const named = evaluateHoldout(holdout).perOutput!.map(({ output }) => output);
    assert.deepEqual(named, ['wave', 'quarter']);
  });

  it('knows targets whose names are whole numbers by them (bug: they were compared in another order)', async () => {
    const columns = table.columns.map((column) => ({
      ...column,
      name: { wave: '2030', quarter: '2025' }[column.name] ?? column.name,
    }));
    const renamed: Table = { ...table, columns };
    const { bundle } = await trainModel(
      {
        model: 'mlp',
        params: { epochs: 1, hidden_layer_sizes: [4], batch_size: 16 },
        dataset: { uri: 'memory', targets: ['2030', '2025'], features: ['at'] },
      },
      { table: renamed },
    );
    const lines = Array.from({ length: 3 }, (_, t) => `${t},0,1`);
    const other = path.join(folder, 'renamed.csv');
    await writeFile(other, `at,2030,2025\n${lines.join('\n')}\n`);
    const artifacts = { get: async () => encodeBundle(bundle) } as unknown as ArtifactStore;
    const sources = { snapshot: async () => ({ path: other, format: 'csv' }) } as unknown as SourceResolver;
    const task = { kind: 'dataset', artifact: '', dataset: { uri: other } } as unknown as Parameters<
      typeof scoreTable
    >[0];
    const { values } = await scoreTable(task, { artifacts, sources, signal: new AbortController().signal });
    const { predictions } = new Predictor(bundle).predictTable(await readTable(other));
    const first = predictions[0] as Record<string, number>;
    assert.deepEqual([...values.subarray(0, 2)], [first['2030'], first['2025']]);
  });

  it('compares anomalies with a column of known ones, or with none', async () => {
    const dataset = { uri: 'memory', features: ['wave', 'quarter'] };
    const request = { model: 'autoencoder', dataset };
    const known = evaluateHoldout(await scored(request, { target: 'odd' })).metrics;
    assert.ok(known.roc_auc !== undefined && known.mean_score! > 0, JSON.stringify(known));
    const alone = evaluateHoldout(await scored(request)).metrics;
    assert.deepEqual(Object.keys(alone), ['mean_score', 'anomaly_share']);
  });
});
