import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import * as arrow from 'apache-arrow';
import { sqlText, withDuckDB } from './duckdb-session.js';
import { readTable } from './read-table.js';
import type { CategoricalColumn, NumericColumn, Table } from './table.js';
import { columnOf } from './table-columns.js';
import { learnError, temporaryFiles, vegaFile } from './test-files.js';

const file = temporaryFiles();

function values(table: Table, name: string): number[] {
  const column = columnOf(table, name) as NumericColumn;
  assert.equal(column.kind, 'numeric');
  return [...column.values];
}

async function writeParquet(name: string, select: string): Promise<string> {
  const path = file(name, '');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO ${sqlText(path)} (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

test('Parquet: reads three million flights in file order', async () => {
  const table = await readTable(vegaFile('flights-3m.parquet'));
  assert.equal(table.rows, 3_000_000);
  const delay = columnOf(table, 'delay') as NumericColumn;
  assert.deepEqual([...delay.values.subarray(0, 4)], [33, 19, 14, -13]);
  const sum = delay.values.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum / table.rows - 6.667867666666667) < 1e-12, 'the mean that DuckDB gives');
  const origin = columnOf(table, 'origin') as CategoricalColumn;
  assert.equal(origin.categories[origin.codes[4]!], 'RIC');
  assert.equal((columnOf(table, 'date') as NumericColumn).values[0], Date.UTC(2001, 0, 1, 0, 1));
});

test('Parquet: decimals, big integers, booleans, dates, nested values', async () => {
  const path = await writeParquet(
    'types.parquet',
    "SELECT 12.34::DECIMAL(9,2) AS d, 170141183460469231731687303715884105727::HUGEINT AS h, 9007199254740993 AS b, true AS f, DATE '2020-02-29' AS day, " +
      "TIMESTAMPTZ '2020-02-29 12:00:00+02' AS z, [1, 2] AS list, 'inf'::DOUBLE AS i, NULL::DOUBLE AS n",
  );
  const table = await readTable(path);
  assert.deepEqual(values(table, 'd'), [12.34]);
  assert.ok(values(table, 'h')[0]! > 1.7e38);
  assert.deepEqual(values(table, 'b'), [9007199254740992]);
  assert.deepEqual(values(table, 'f'), [1]);
  assert.deepEqual(values(table, 'day'), [Date.UTC(2020, 1, 29)]);
  assert.deepEqual(values(table, 'z'), [Date.UTC(2020, 1, 29, 10)]);
  assert.deepEqual((columnOf(table, 'list') as CategoricalColumn).categories, ['[1, 2]']);
  assert.deepEqual(values(table, 'i'), [Number.POSITIVE_INFINITY]);
  assert.deepEqual(values(table, 'n'), [Number.NaN]);
});

test('bad input: a Parquet file cut short, one without rows, one declared as CSV', async () => {
  const whole = readFileSync(vegaFile('flights-3m.parquet'));
  const cut = file('cut.parquet', whole.subarray(0, 100_000));
  await assert.rejects(readTable(cut), learnError('FILE_UNREADABLE', 'cut.parquet', 'cut short'));
  const empty = await writeParquet('empty.parquet', 'SELECT 1 AS a WHERE false');
  await assert.rejects(readTable(empty), learnError('FILE_EMPTY', 'no rows'));
  await assert.rejects(readTable(empty, { format: 'csv' }), learnError('FORMAT_UNKNOWN', 'is parquet'));
  const damaged = Buffer.from(whole);
  damaged.fill(0xab, 50_000, 400_000);
  await assert.rejects(readTable(file('damaged.parquet', damaged)), learnError('FILE_UNREADABLE'));
});

test('JSON: reads lines and an array, with missing and null fields', async () => {
  const lines = await readTable(file('lines.jsonl', '{"a":1,"b":"x"}\n{"b":null,"c":true}\n{"a":2.5}\n'));
  assert.deepEqual(values(lines, 'a'), [1, Number.NaN, 2.5]);
  assert.deepEqual([...(columnOf(lines, 'b') as CategoricalColumn).codes], [0, -1, -1]);
  assert.deepEqual(values(lines, 'c'), [Number.NaN, 1, Number.NaN]);
  const penguins = await readTable(vegaFile('penguins.json'));
  assert.equal(penguins.rows, 344);
  assert.equal((columnOf(penguins, 'Species') as CategoricalColumn).categories.length, 3);
});

test('JSON: a column of mixed types is text, also when a late row mixes it', async () => {
  const mixed = await readTable(file('mixed.jsonl', '{"a":1}\n{"a":"x"}\n'));
  assert.deepEqual((columnOf(mixed, 'a') as CategoricalColumn).categories, ['1', 'x']);
  const lines = Array.from({ length: 30_000 }, (_, i) => `{"a":${i}}`);
  const late = await readTable(file('late.jsonl', `${lines.join('\n')}\n{"a":"x","b":1}\n`));
  assert.equal((columnOf(late, 'a') as CategoricalColumn).categories[30_000], 'x');
  assert.equal(values(late, 'b')[30_000], 1);
});

test('bad input: JSON with one key twice', async () => {
  await assert.rejects(readTable(file('twice.jsonl', '{"a":1,"a":2}\n')), learnError('COLUMN_DUPLICATE', '"a"'));
});

test('bad input: malformed JSON names the line, and JSON that is no object', async () => {
  await assert.rejects(
    readTable(file('bad.jsonl', '{"a":1}\n{"a":}\n')),
    learnError('FILE_UNREADABLE', 'line', 'one JSON object on each line'),
  );
  await assert.rejects(readTable(file('number.json', '12')), learnError('FILE_UNREADABLE'));
});

test('Arrow: reads a file of flights', async () => {
  const table = await readTable(vegaFile('flights-200k.arrow'));
  assert.equal(table.rows, 200_000);
  assert.deepEqual(
    table.columns.map((column) => column.name),
    ['delay', 'distance', 'time'],
  );
  assert.deepEqual(values(table, 'delay').slice(0, 4), [0, 171, 177, 8]);
  const limited = await readTable(vegaFile('flights-200k.arrow'), { columns: ['time'], limit: 10 });
  assert.equal(limited.rows, 10);
});

test('Arrow: text, nulls, booleans, timestamps in any unit', async () => {
  const moment = Date.UTC(2024, 0, 2, 3, 4, 5);
  const table = new arrow.Table({
    text: arrow.vectorFromArray(['b', null, 'a'], new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32())),
    flag: arrow.vectorFromArray([true, false, null], new arrow.Bool()),
    when: arrow.vectorFromArray([moment, null, moment], new arrow.TimestampMicrosecond()),
    big: arrow.vectorFromArray([1n, 2n, null], new arrow.Int64()),
  });
  const read = await readTable(file('types.arrow', arrow.tableToIPC(table, 'file')));
  const text = columnOf(read, 'text') as CategoricalColumn;
  assert.deepEqual(
    [text.categories, [...text.codes]],
    [
      ['b', 'a'],
      [0, -1, 1],
    ],
  );
  assert.deepEqual(values(read, 'flag'), [1, 0, Number.NaN]);
  assert.deepEqual(values(read, 'when'), [moment, Number.NaN, moment]);
  assert.deepEqual(values(read, 'big'), [1, 2, Number.NaN]);
  const stream = await readTable(file('stream.arrows', arrow.tableToIPC(table, 'stream')));
  assert.equal(stream.rows, 3);
});

test('bad input: an Arrow file cut short, Feather version 1', async () => {
  const whole = readFileSync(vegaFile('flights-200k.arrow'));
  await assert.rejects(readTable(file('cut.arrow', whole.subarray(0, 300_000))), learnError('FILE_UNREADABLE'));
  await assert.rejects(readTable(file('old.feather', 'FEA1....')), learnError('FORMAT_UNKNOWN', 'version 2'));
});

test('bad input: a fault far into a file fails the read instead of cutting it short', async () => {
  const parquet = readFileSync(vegaFile('flights-3m.parquet'));
  parquet.fill(0xab, parquet.length - 400_000, parquet.length - 300_000);
  await assert.rejects(readTable(file('damaged-late.parquet', parquet)), learnError('FILE_UNREADABLE'));
  const lines = Array.from({ length: 400_000 }, (_, i) => `{"a":${i},"b":"t${i % 7}"}`);
  lines[350_000] = '{"a":12,"b":';
  await assert.rejects(readTable(file('bad-late.jsonl', lines.join('\n'))), learnError('FILE_UNREADABLE', '35000'));
  const rows = Array.from({ length: 1_000_000 }, (_, i) => `${i},${i}`);
  rows[900_000] = '1,2,3';
  const ragged = file('ragged-late.csv', `a,b\n${rows.join('\n')}\n`);
  await assert.rejects(readTable(ragged), learnError('ROW_RAGGED', 'Row 900001'));
  rows[900_000] = 'word,2';
  const table = await readTable(file('word-late.csv', `a,b\n${rows.join('\n')}\n`));
  assert.equal(table.rows, 1_000_000);
  assert.equal(table.columns[0]!.kind, 'categorical');
});

test('a read can be cancelled before and while it runs', async () => {
  const path = vegaFile('flights-3m.parquet');
  await assert.rejects(readTable(path, { signal: AbortSignal.abort() }), learnError('ABORTED'));
  for (let milliseconds = 0; milliseconds < 200; milliseconds += 20) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), milliseconds);
    await assert.rejects(readTable(path, { signal: controller.signal }), learnError('ABORTED', 'cancelled'));
  }
});

test('the DuckDB session opens one file and cannot be talked into more', async () => {
  const own = file('own.csv', 'a\n1\n');
  const other = file('other.csv', 'a\n1\n');
  await withDuckDB(own, undefined, async (connection) => {
    await connection.run(`SELECT * FROM read_csv(${sqlText(own)})`);
    await assert.rejects(connection.run(`SELECT * FROM read_csv(${sqlText(other)})`), /Permission|disabled/);
    await assert.rejects(connection.run("SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')"));
    await assert.rejects(connection.run('SET enable_external_access = true'), /lock|Cannot/i);
    await assert.rejects(connection.run('INSTALL httpfs'));
  });
});
