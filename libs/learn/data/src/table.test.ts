import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { detectTask } from './detect-task.js';
import { encodeTarget } from './encode-target.js';
import { hashFile } from './fingerprint.js';
import { profileTable } from './profile.js';
import { createRandom } from './random.js';
import { readTable } from './read-table.js';
import type { CategoricalColumn, Column, NumericColumn } from './table.js';
import { checkFinite, columnOf, takeRows } from './table-columns.js';
import { learnError, temporaryFiles, vegaFile } from './test-files.js';

const file = temporaryFiles();

function numeric(values: number[], flags: { date?: boolean; boolean?: boolean } = {}): NumericColumn {
  return { kind: 'numeric', name: 'x', values: Float64Array.from(values), ...flags };
}

function categorical(texts: (string | null)[]): CategoricalColumn {
  const categories = [...new Set(texts.filter((text) => text !== null))];
  const codes = Int32Array.from(texts, (text) => (text === null ? -1 : categories.indexOf(text)));
  return { kind: 'categorical', name: 'x', codes, categories };
}

function repeat(values: number[], times: number): number[] {
  return Array.from({ length: times }, () => values).flat();
}

test('the task follows from the target, with a reason', () => {
  const cases: [Column, string][] = [
    [categorical(['yes', 'no', null]), 'binary'],
    [categorical(['a', 'b', 'c']), 'multiclass'],
    [numeric([0, 1, 1], { boolean: true }), 'binary'],
    [numeric([1, 2, Number.NaN]), 'binary'],
    [numeric(repeat([3, 4, 5], 10)), 'multiclass'],
    [numeric([3, 4, 5]), 'regression'],
    [numeric(repeat([1.5, 2, 3], 10)), 'regression'],
    [numeric(Array.from({ length: 500 }, (_, i) => i)), 'regression'],
  ];
  for (const [column, task] of cases) {
    assert.equal(detectTask(column).task, task);
    assert.match(detectTask(column).reason, /"x"/);
  }
});

test('bad input: a target all missing, of one class, a date, an identifier', () => {
  assert.throws(() => detectTask(numeric([Number.NaN])), learnError('TARGET_ALL_MISSING', '"x"'));
  assert.throws(() => detectTask(categorical([null, null])), learnError('TARGET_ALL_MISSING', '"x"'));
  assert.throws(() => detectTask(categorical(['a', 'a', null])), learnError('TARGET_ONE_CLASS', '"x"'));
  assert.throws(() => detectTask(numeric([1, 1])), learnError('TARGET_ONE_CLASS', '"x"'));
  assert.throws(() => detectTask(numeric([1, 2], { date: true })), learnError('TARGET_NOT_NUMERIC', 'date'));
  const names = categorical(Array.from({ length: 200 }, (_, i) => `name ${i}`));
  assert.throws(() => detectTask(names), learnError('TOO_MANY_CLASSES', '200 different values'));
});

test('a target becomes class indices in sorted order, or values', () => {
  const text = encodeTarget(categorical(['yes', 'no', null, 'yes']), 'binary');
  assert.deepEqual([...text.y], [1, 0, Number.NaN, 1]);
  assert.deepEqual(text.classes, ['no', 'yes']);
  const numbers = encodeTarget(numeric([10, 2, 2]), 'binary');
  assert.deepEqual(
    [[...numbers.y], numbers.classes],
    [
      [1, 0, 0],
      ['2', '10'],
    ],
  );
  assert.deepEqual(encodeTarget(numeric([1, 0], { boolean: true }), 'binary').classes, ['false', 'true']);
  assert.deepEqual([...encodeTarget(numeric([1.5]), 'regression').y], [1.5]);
  assert.throws(() => encodeTarget(categorical(['a', '1']), 'regression'), learnError('TARGET_NOT_NUMERIC', '"a"'));
  assert.throws(
    () => encodeTarget(categorical(['a', 'b', 'c']), 'binary'),
    learnError('TASK_UNSUPPORTED', '3 classes'),
  );
  assert.throws(() => encodeTarget(categorical(['a']), 'multiclass'), learnError('TARGET_ONE_CLASS'));
  assert.throws(() => encodeTarget(numeric([Number.NaN]), 'regression'), learnError('TARGET_ALL_MISSING'));
});

test('bad input: infinity names the column and the first row', async () => {
  const table = await readTable(file('infinite.csv', 'a,b\n1,2\n3,-inf\n4,inf\n'));
  assert.throws(() => checkFinite(table), learnError('VALUE_INFINITE', '"b"', 'row 2', '-infinity'));
  const first = await readTable(file('infinite-first.csv', 'a,b\ninf,inf\n3,x\n,y\n'));
  assert.throws(() => checkFinite(first), learnError('VALUE_INFINITE', '"a"', 'row 1'));
  assert.equal(first.columns[1]?.kind, 'categorical', 'a word among words is no number');
  checkFinite(table, ['a']);
  assert.throws(() => checkFinite(table, ['c']), learnError('COLUMN_NOT_FOUND', '"c"'));
});

test('rows are taken in the order given', async () => {
  const table = takeRows(await readTable(file('rows.csv', 'a,b\n1,x\n2,y\n3,\n')), Uint32Array.from([2, 0]));
  assert.deepEqual([...(columnOf(table, 'a') as NumericColumn).values], [3, 1]);
  assert.deepEqual([...(columnOf(table, 'b') as CategoricalColumn).codes], [-1, 0]);
});

test('the profile describes real columns', async () => {
  const table = await readTable(vegaFile('penguins.json'));
  const profile = profileTable(table);
  const mass = profile.columns.find((column) => column.name === 'Body Mass (g)')!;
  assert.equal(mass.missing, 2);
  assert.deepEqual([mass.min, mass.max, mass.median, mass.distinct], [2700, 6300, 4050, 94]);
  assert.ok(Math.abs(mass.mean! - 4201.754386) < 1e-6);
  assert.ok(Math.abs(mass.std! - 801.954536) < 1e-6);
  assert.equal(mass.histogram!.counts.length, 20);
  assert.equal(
    mass.histogram!.counts.reduce((sum, count) => sum + count, 0),
    342,
  );
  const species = profile.columns[0]!;
  assert.deepEqual(species.top![0], { value: 'Adelie', count: 152 });
  assert.equal(profile.duplicateRows, 0);
});

test('the profile warns of what may harm', async () => {
  const lines = Array.from({ length: 100 }, (_, i) => `${i},u${i},same,,${i === 3 ? 7 : ''},2024-01-0${(i % 9) + 1},1`);
  const path = file('odd.csv', `id,name,constant,nothing,rare,day,one\n${lines.join('\n')}\n${lines[0]}\n`);
  const profile = profileTable(await readTable(path));
  const found = new Set(profile.warnings.map((warning) => `${warning.code} ${warning.column ?? ''}`.trim()));
  for (const expected of [
    'CONSTANT constant',
    'CONSTANT one',
    'ALL_MISSING nothing',
    'MOSTLY_MISSING rare',
    'DATE_COLUMN day',
    'DUPLICATE_ROWS',
  ]) {
    assert.ok(found.has(expected), `${expected} in ${[...found].join(', ')}`);
  }
  assert.equal(profile.duplicateRows, 1);
  const unique = profileTable(
    await readTable(
      file('ids.csv', `id,name\n${lines.map((line) => line.split(',').slice(0, 2).join(',')).join('\n')}\n`),
    ),
  );
  assert.deepEqual(
    unique.warnings.map((warning) => warning.code),
    ['ID_LIKE', 'ID_LIKE'],
  );
});

test('random numbers repeat by seed and have the right moments', () => {
  const a = createRandom(7);
  const b = createRandom(7);
  assert.deepEqual(Array.from({ length: 5 }, a.next), Array.from({ length: 5 }, b.next));
  assert.notEqual(createRandom(8).next(), createRandom(7).next());
  const n = 100_000;
  let mean = 0;
  let square = 0;
  const counts = new Uint32Array(7);
  for (let i = 0; i < n; i++) {
    const z = a.normal();
    mean += z / n;
    square += (z * z) / n;
    counts[a.integer(7)]!++;
  }
  assert.ok(Math.abs(mean) < 0.02 && Math.abs(square - 1) < 0.03);
  for (const count of counts) assert.ok(Math.abs(count - n / 7) < 5 * Math.sqrt(n / 7));
  const order = a.shuffle(Uint32Array.from({ length: 50 }, (_, i) => i));
  assert.deepEqual(
    [...order].sort((x, y) => x - y),
    Array.from({ length: 50 }, (_, i) => i),
  );
});

test('a file is known by its SHA-256', async () => {
  const path = vegaFile('flights-200k.arrow');
  assert.equal(await hashFile(path), createHash('sha256').update(readFileSync(path)).digest('hex'));
  await assert.rejects(hashFile('/nowhere'), learnError('FILE_NOT_FOUND'));
});
