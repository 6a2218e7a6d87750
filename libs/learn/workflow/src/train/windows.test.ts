import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createRandom, type NumericColumn, type Table } from '@trainyard/data';
import { decodeBundle, encodeBundle, Predictor, type TrainResult, trainModel } from '../index.js';

process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';

const LENGTH = 4;
const EACH = 120;

/** Two series, out of order, in which `y` is the sum of the present and the two rows before of `x`. */
function seriesTable(): Table {
  const random = createRandom(5);
  const columns = { at: [] as number[], series: [] as number[], x: [] as number[], y: [] as number[] };
  for (const series of [1, 2]) {
    const xs = Array.from({ length: EACH }, () => random.normal());
    xs.forEach((x, t) => {
      columns.at.push(t);
      columns.series.push(series);
      columns.x.push(x);
      columns.y.push(x + (xs[t - 1] ?? 0) + (xs[t - 2] ?? 0) + 10 * series);
    });
  }
  const order = random.shuffle(Uint32Array.from(columns.at.keys()));
  const column = (name: keyof typeof columns): NumericColumn => ({
    kind: 'numeric',
    name,
    values: Float64Array.from(order, (row) => columns[name][row]!),
  });
  return { rows: order.length, columns: [column('at'), column('series'), column('x'), column('y')] };
}

const table = seriesTable();
const dataset = { uri: 'memory', target: 'y', time: 'at', group: 'series', features: ['x', 'series'] };
const params = { epochs: 40, batch_size: 32, learning_rate: 0.01, hidden_size: 8 };
const request = { dataset, model: 'lstm', task: 'regression', params, seqLen: LENGTH };
const valuesOf = (name: string) => (table.columns.find((column) => column.name === name) as NumericColumn).values;

/** The rows of a series, by time. */
const rowsOf = (series: number) =>
  [...valuesOf('at').keys()]
    .filter((row) => valuesOf('series')[row] === series)
    .sort((a, b) => valuesOf('at')[a]! - valuesOf('at')[b]!);

describe('training on windows', () => {
  let result: TrainResult;
  before(async () => {
    result = await trainModel(request, { table });
  });

  it('learns from the rows before, which a row alone does not hold', async () => {
    const { r2 } = result.report.metrics;
    assert.ok(r2! > 0.9, `R2 is ${r2}`);
    const { used, train, validation, test } = result.report.rows;
    assert.equal(used, 2 * (EACH - LENGTH + 1), 'a window for each row but the first three of a series');
    assert.equal(train + validation + test, used);
  });

  it('predicts a window of instances, and a table row by row, alike', () => {
    const predictor = Predictor.from(encodeBundle(decodeBundle(encodeBundle(result.bundle))));
    const { predictions } = predictor.predictTable(table);
    const rows = rowsOf(2).slice(40, 40 + LENGTH);
    const window = rows.map((row) => ({ x: valuesOf('x')[row]!, series: 2 }));
    const [said] = predictor.predictInstances([window as never]);
    assert.equal(said!.prediction, predictions[rows.at(-1)!]);
    assert.ok(Math.abs((said!.prediction as number) - valuesOf('y')[rows.at(-1)!]!) < 2);
    assert.throws(
      () => predictor.predictInstances([window.slice(1) as never]),
      /must be a list of 4 rows.*is a list of 3/,
    );
    const wrong = [window, window.map((row, i) => (i === 1 ? { ...row, x: 'a text' } : row))];
    assert.throws(() => predictor.predictInstances(wrong as never), {
      code: 'FEATURE_INVALID',
      where: { field: 'x', row: 1 },
    });
  });

  it('of different lengths: none is lost at the start of a series, and a shorter one is answered', async () => {
    const least = { ...params, epochs: 3, min_seq_len: 2 };
    const shorter = await trainModel({ ...request, params: least }, { table });
    assert.equal(shorter.report.rows.used, 2 * (EACH - 1));
    const predictor = Predictor.from(encodeBundle(shorter.bundle));
    const rows = rowsOf(1).slice(0, 3);
    const window = rows.map((row) => ({ x: valuesOf('x')[row]!, series: 1 }));
    const long = Array.from({ length: LENGTH }, (_, i) => ({ x: i, series: 1 }));
    const [, said] = predictor.predictInstances([long, window] as never);
    assert.equal(said!.prediction, predictor.predictTable(table).predictions[rows[2]!]);
    const wrong = [long, window.map((row, i) => (i === 1 ? { ...row, x: 'a text' } : row))] as never;
    assert.throws(() => predictor.predictInstances(wrong), { message: /instance 1, row 1 of its window/ });
    assert.throws(() => predictor.predictInstances([window.slice(2)] as never), { message: /list of 2 to 4 rows/ });
    const longest = trainModel({ ...request, params: { ...params, min_seq_len: LENGTH + 1 } }, { table });
    await assert.rejects(longest, { code: 'PARAMETER_INVALID', where: { field: 'params.min_seq_len' } });
  });

  it('foretells rows ahead, and holds out the latest targets', async () => {
    const horizon = 2;
    const ahead = await trainModel({ ...request, horizon, params: { ...params, epochs: 2 } }, { table });
    assert.equal(ahead.report.rows.used, 2 * (EACH - LENGTH - horizon + 1));
    const truth = new Set(
      [1, 2].flatMap((series) =>
        rowsOf(series)
          .slice(-24 - horizon)
          .map((row) => valuesOf('y')[row]),
      ),
    );
    assert.ok(
      ahead.holdout.yTrue.every((y) => truth.has(y)),
      'the held-out targets are the latest rows',
    );
  });

  it('refuses what does not go together, in words', async () => {
    const refused = async (change: object, code: string, field: string) => {
      await assert.rejects(
        trainModel({ ...request, ...change }, { table }),
        (error: Error & { code?: string; where?: object }) => {
          assert.deepEqual([error.code, (error.where as { field?: string }).field], [code, field], error.message);
          return true;
        },
      );
    };
    await refused({ model: 'lightgbm', params: {} }, 'OPTION_UNSUPPORTED', 'seqLen');
    await refused({ seqLen: null, horizon: 3 }, 'OPTION_UNSUPPORTED', 'horizon');
    await refused({ seqLen: 0 }, 'PARAMETER_INVALID', 'seqLen');
    await refused({ dataset: { ...dataset, time: null } }, 'PARAMETER_INVALID', 'dataset.time');
    await refused({ params: { seq_len: 2 } }, 'PARAMETER_INVALID', 'params.seq_len');
    await refused({ seqLen: EACH + 1 }, 'TOO_FEW_ROWS', 'seqLen');
  });
});
