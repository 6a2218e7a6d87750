import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable } from './read-table.js';
import type { CategoricalColumn, NumericColumn, Table } from './table.js';
import { columnOf } from './table-columns.js';
import { learnError, temporaryFiles, vegaFile } from './test-files.js';

const file = temporaryFiles();

function numbers(table: Table, name: string): number[] {
  return [...(columnOf(table, name) as NumericColumn).values];
}

function texts(table: Table, name: string): (string | null)[] {
  const column = columnOf(table, name) as CategoricalColumn;
  assert.equal(column.kind, 'categorical');
  return [...column.codes].map((code) => (code < 0 ? null : column.categories[code]!));
}

test('reads numbers, text, booleans, dates and missing values in file order', async () => {
  const path = file(
    'types.csv',
    'n,text,flag,answer,day,moment,time\n1.5,b,true,yes,2024-01-31,2024-01-31 08:30:00,08:30:00\n' +
      'NA,"a, ""quoted""",False,no,,2024-02-01 00:00:00,\n-2e3,,,,1969-12-31,,23:59:59\n',
  );
  const table = await readTable(path);
  assert.equal(table.rows, 3);
  assert.deepEqual(numbers(table, 'n'), [1.5, Number.NaN, -2000]);
  assert.deepEqual(texts(table, 'text'), ['b', 'a, "quoted"', null]);
  assert.deepEqual(numbers(table, 'flag'), [1, 0, Number.NaN]);
  assert.equal((columnOf(table, 'flag') as NumericColumn).boolean, true);
  assert.deepEqual(texts(table, 'answer'), ['yes', 'no', null], 'yes and no stay words');
  assert.deepEqual(numbers(table, 'day'), [Date.UTC(2024, 0, 31), Number.NaN, -86_400_000]);
  assert.equal((columnOf(table, 'moment') as NumericColumn).date, true);
  assert.equal(numbers(table, 'moment')[0], Date.UTC(2024, 0, 31, 8, 30));
  assert.deepEqual(numbers(table, 'time'), [30_600_000, Number.NaN, 86_399_000]);
});

test('finds semicolon, tab and | and a decimal comma', async () => {
  const semicolon = await readTable(file('semicolon.csv', 'a;b\n1,5;x\n2,25;y\n'));
  assert.deepEqual(numbers(semicolon, 'a'), [1.5, 2.25]);
  const tab = await readTable(file('tab.tsv', 'a\tb\n1\t"x, y"\n'));
  assert.deepEqual(texts(tab, 'b'), ['x, y']);
  const bar = await readTable(file('bar.txt', 'a|b\n1|2\n'));
  assert.deepEqual(numbers(bar, 'b'), [2]);
});

test('reads a byte order mark, Windows line ends, blank lines and quoted line breaks', async () => {
  const table = await readTable(file('windows.csv', '\uFEFFa,b\r\n1,"x\r\ny"\r\n\r\n2,z\r\n'));
  assert.deepEqual(
    table.columns.map((column) => column.name),
    ['a', 'b'],
  );
  assert.deepEqual(numbers(table, 'a'), [1, 2]);
  assert.deepEqual(texts(table, 'b'), ['x\r\ny', 'z']);
});

test('decides a type from all rows when a late row does not fit the first ones', async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${i}`);
  const table = await readTable(file('late.csv', `a,b\n${lines.join('\n')}\nlast,1.5\n`));
  assert.equal(texts(table, 'a')[30_000], 'last');
  assert.equal(numbers(table, 'b')[30_000], 1.5);
});

test('keeps names that differ only in case, names an unnamed column, takes columns and a limit', async () => {
  const path = file('names.csv', ',x,X\n7,1,2\n8,3,4\n');
  const table = await readTable(path, { columns: ['X', 'column_0'], limit: 1 });
  assert.equal(table.rows, 1);
  assert.deepEqual(numbers(table, 'X'), [2]);
  assert.deepEqual(numbers(table, 'column_0'), [7]);
});

test('reads 10,000 categories', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `c${i % 10_000},${i}`);
  const table = await readTable(file('many.csv', `c,v\n${lines.join('\n')}\n`));
  const column = columnOf(table, 'c') as CategoricalColumn;
  assert.equal(column.categories.length, 10_000);
  assert.equal(column.codes[10_001], 1);
});

test('reads real files with quotes, dates and zip codes', async () => {
  const strikes = await readTable(vegaFile('birdstrikes.csv'));
  assert.equal(strikes.rows, 10_000);
  assert.equal((columnOf(strikes, 'Flight Date') as NumericColumn).date, true);
  const prices = await readTable(vegaFile('sp500-2000.csv'));
  assert.equal(numbers(prices, 'date')[0], Date.UTC(2000, 0, 3));
});

test('bad input: a file that is not there, a folder, an empty file, a header without rows, blank lines', async () => {
  await assert.rejects(readTable('/nowhere/x.csv'), learnError('FILE_NOT_FOUND', '/nowhere/x.csv'));
  await assert.rejects(readTable('/tmp'), learnError('FILE_UNREADABLE', 'folder'));
  await assert.rejects(readTable(file('empty.csv', '')), learnError('FILE_EMPTY', '0 bytes'));
  await assert.rejects(readTable(file('header.csv', 'a,b\n')), learnError('FILE_EMPTY', 'no rows'));
  await assert.rejects(readTable(file('blank.csv', '\n\n\n')), learnError('FILE_EMPTY', 'blank'));
  const name = 'file:///their/name.csv';
  const renamed = { code: 'FILE_EMPTY', message: `${name} has 2 columns but no rows.`, where: { file: name } };
  await assert.rejects(readTable(file('header.csv', 'a,b\n'), { name }), renamed);
});

test('bad input: a wrong delimiter', async () => {
  const path = file('mixed.csv', 'a;b;c\n1,2,3\n4,5,6\n');
  await assert.rejects(readTable(path), learnError('DELIMITER_WRONG', '"a;b;c"', 'delimiter'));
});

test('bad input: no header', async () => {
  const path = file('noheader.csv', '1.5,2,3\n4,5,6\n');
  await assert.rejects(readTable(path), learnError('HEADER_MISSING', 'column names'));
  const counted = await readTable(file('counted.csv', '0,1,2\n4,5,6\n'));
  assert.equal(counted.columns[2]!.name, '2');
});

test('bad input: two columns of one name', async () => {
  await assert.rejects(readTable(file('twice.csv', 'a,b,a\n1,2,3\n')), learnError('COLUMN_DUPLICATE', '"a"'));
});

test('bad input: ragged rows, early, late and with an open quote', async () => {
  await assert.rejects(
    readTable(file('short.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8\n')),
    learnError('ROW_RAGGED', 'Row 2 (line 3)', '2 fields', 'header has 3'),
  );
  const lines = Array.from({ length: 50_000 }, (_, i) => `${i},${i}`);
  lines[40_000] = '1,2,3';
  await assert.rejects(
    readTable(file('long.csv', `a,b\n${lines.join('\n')}\n`)),
    learnError('ROW_RAGGED', 'Row 40001 (line 40002)', '3 fields'),
  );
  await assert.rejects(readTable(file('quote.csv', 'a,b\n1,"x\n2,y\n')), learnError('ROW_RAGGED', 'quote'));
});

test('bad input: not UTF-8', async () => {
  const latin1 = Buffer.from('name,v\nok,1\nMünchen,2\n', 'latin1');
  await assert.rejects(readTable(file('latin1.csv', latin1)), learnError('ENCODING_INVALID', 'line 3', 'UTF-8'));
  const utf16 = Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le');
  await assert.rejects(readTable(file('utf16.csv', utf16)), learnError('ENCODING_INVALID', 'UTF-16'));
  const text = `a,b\n${'ü,1\n'.repeat(600_000)}`;
  const table = await readTable(file('long-utf8.csv', text));
  assert.equal(table.rows, 600_000, 'characters that straddle two chunks are whole');
});

test('bad input: a workbook, a gzip file, bytes of no format', async () => {
  await assert.rejects(readTable(file('book.csv', 'PK\x03\x04rest')), learnError('FORMAT_UNKNOWN', 'Excel'));
  await assert.rejects(readTable(file('a.csv', Buffer.from([0x1f, 0x8b, 8, 0]))), learnError('FORMAT_UNKNOWN', 'gzip'));
  await assert.rejects(readTable(file('noise', Buffer.from([1, 0, 2, 0]))), learnError('FORMAT_UNKNOWN'));
});

test('bad input: no such column, with the name that was meant', async () => {
  const path = file('meant.csv', 'Age,b\n1,2\n');
  await assert.rejects(readTable(path, { columns: ['age'] }), learnError('COLUMN_NOT_FOUND', 'Did you mean "Age"?'));
  await assert.rejects(readTable(path, { columns: ['zzz'] }), learnError('COLUMN_NOT_FOUND', '"Age", "b"'));
});

test('reads 30,000 columns', async () => {
  const names = Array.from({ length: 30_000 }, (_, i) => `column_number_${i}`);
  const path = file('wide.csv', `${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`);
  const table = await readTable(path, { columns: ['column_number_29999'] });
  assert.deepEqual(numbers(table, 'column_number_29999'), [29_999]);
});

test('bad input: a web page saved as CSV', async () => {
  const path = file('page.csv', '<!DOCTYPE html>\n<html>not found</html>\n');
  await assert.rejects(readTable(path), learnError('FORMAT_UNKNOWN', 'web page'));
});

test('bad input: a path that DuckDB would take for a pattern', async () => {
  await assert.rejects(readTable(file('[x].csv', 'a,b\n1,2\n')), learnError('FILE_UNREADABLE', 'rename'));
});
