import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NumericColumn, Table } from '@trainyard/data';
import { trainModel } from '../index.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

/** Series of these lengths, one after the other. */
function seriesTable(...lengths: number[]): Table {
  const rows = lengths.flatMap((length, series) => Array.from({ length }, (_, at) => ({ series, at })));
  const column = (name: string, of: (row: { series: number; at: number }) => number): NumericColumn => ({
    kind: 'numeric',
    name,
    values: Float64Array.from(rows, of),
  });
  const columns = [column('series', ({ series }) => series), column('at', ({ at }) => at)];
  return {
    rows: rows.length,
    columns: [...columns, column('x', ({ at }) => Math.sin(at)), column('y', ({ at }) => Math.cos(at))],
  };
}

const dataset = { uri: 'memory', target: 'y', time: 'at', group: 'series', features: ['x'] };
const params = { epochs: 1, hidden_size: 2, batch_size: 16 };
const request = { dataset, model: 'gru', task: 'regression', params, seqLen: 6 };

describe('windows that cannot be, or mislead', () => {
  it('a window longer than every series is refused', async () => {
    const wrong = trainModel({ ...request, seqLen: 21 }, { table: seriesTable(20, 20) });
    await assert.rejects(wrong, { code: 'TOO_FEW_ROWS', where: { field: 'seqLen' }, message: /window of 21 rows/ });
  });

  it('groups shorter than the window are left out and told of', async () => {
    const { report } = await trainModel(request, { table: seriesTable(30, 5, 3, 30) });
    assert.equal(report.rows.used, 2 * (30 - 6 + 1));
    assert.match(report.warnings.join(), /2 series are shorter than a window of 6 rows/);
  });

  it('a horizon beyond the end of every series is refused', async () => {
    const wrong = trainModel({ ...request, horizon: 30 }, { table: seriesTable(30) });
    await assert
      .rejects(wrong, { code: 'TARGET_ALL_MISSING' })
      .catch(() =>
        assert.rejects(trainModel({ ...request, horizon: 30 }, { table: seriesTable(30) }), { code: 'TOO_FEW_ROWS' }),
      );
  });

  it('a missing value in a window is filled in by the pipeline, as in a row', async () => {
    const table = seriesTable(40);
    (table.columns[2] as NumericColumn).values[7] = Number.NaN;
    const { report } = await trainModel(
      { ...request, task: 'forecast', dataset: { ...dataset, features: ['x'] } },
      { table },
    );
    assert.ok(Number.isFinite(report.metrics.rmse));
  });

  it('windows that overlap and are split at random are warned of, and only those', async () => {
    const table = seriesTable(20, 20, 20, 20);
    const warned = async (strategy: string) => {
      const folds = strategy === 'group' ? { folds: 2 } : {};
      const { report } = await trainModel({ ...request, validation: { strategy, ...folds } }, { table });
      return report.warnings.filter((words) => /Windows overlap/.test(words)).length;
    };
    assert.equal(await warned('holdout'), 1);
    assert.equal(await warned('time_series'), 0);
    assert.equal(await warned('group'), 0);
  });
});
