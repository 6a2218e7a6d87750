import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type CategoricalColumn,
  type Column,
  LearnError,
  type LearnErrorCode,
  type NumericColumn,
  readTable,
  type Table,
} from '@trainyard/data';
import { fitPipeline, type Preprocessing } from './fit-pipeline.js';
import type { Pipeline } from './pipeline.js';
import { pipelineFromJSON } from './pipeline-from-json.js';

const DAY = 86_400_000;
const TREES: Preprocessing = { categories: 'ordinal', acceptsMissing: true, scaling: 'none' };
const LINEAR: Preprocessing = { categories: 'onehot', acceptsMissing: false, scaling: 'standard' };

function numbers(name: string, values: number[], flags: { date?: boolean; boolean?: boolean } = {}): NumericColumn {
  return { kind: 'numeric', name, values: Float64Array.from(values), ...flags };
}

function words(name: string, texts: (string | null)[]): CategoricalColumn {
  const categories = [...new Set(texts.filter((text) => text !== null))];
  return {
    kind: 'categorical',
    name,
    codes: Int32Array.from(texts, (t) => (t === null ? -1 : categories.indexOf(t))),
    categories,
  };
}

function tableOf(...columns: Column[]): Table {
  const first = columns[0]!;
  return { rows: first.kind === 'numeric' ? first.values.length : first.codes.length, columns };
}

function allRows(table: Table): Uint32Array {
  return Uint32Array.from({ length: table.rows }, (_, i) => i);
}

function fit(table: Table, preprocessing: Preprocessing, exclude: string[] = []): Pipeline {
  return fitPipeline(table, allRows(table), { exclude, preprocessing });
}

function fails(run: () => unknown, code: LearnErrorCode, where: LearnError['where'], ...inMessage: string[]): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof LearnError, String(error));
    assert.equal(error.code, code);
    assert.deepEqual({ field: error.where.field, row: error.where.row }, { field: where.field, row: where.row });
    for (const text of inMessage) assert.ok(error.message.includes(text), `"${text}" in: ${error.message}`);
    return true;
  });
}

const small = tableOf(
  numbers('size', [1, 2, Number.NaN, 5]),
  words('color', ['red', 'blue', 'blue', null]),
  numbers('on', [1, 0, 1, Number.NaN], { boolean: true }),
  numbers('when', [0, DAY * 31 + 3_600_000 * 6, Number.NaN, DAY * 400], { date: true }),
);

test('ordinal: numbers pass, codes go by frequency, missing stays NaN, dates become parts', () => {
  const matrix = fit(small, TREES).transform(small);
  assert.deepEqual(matrix.names, [
    'size',
    'color',
    'on',
    'when_days',
    'when_year',
    'when_month',
    'when_day_of_week',
    'when_hour',
  ]);
  assert.deepEqual(matrix.categorical, [false, true, false, false, false, false, false, false]);
  const NaN_ = Number.NaN;
  assert.deepEqual(
    [...matrix.data],
    [
      [1, 1, 1, 0, 1970, 1, 4, 0],
      [2, 0, 0, 31.25, 1970, 2, 7, 6],
      [NaN_, 0, 1, NaN_, NaN_, NaN_, NaN_, NaN_],
      [5, NaN_, NaN_, 400, 1971, 2, 5, 0],
    ].flat(),
  );
});

test('one-hot with scaling: filled, standardised, a column for each category and for missing', () => {
  const table = tableOf(numbers('size', [1, 3, Number.NaN, 8]), words('color', ['red', 'blue', 'blue', null]));
  const matrix = fit(table, LINEAR).transform(table);
  assert.deepEqual(matrix.names, ['size', 'color=blue', 'color=red', 'color=(missing)']);
  const deviation = Math.sqrt(26 / 3);
  const expected = [-3 / deviation, 0, 1, 0, -1 / deviation, 1, 0, 0, -1 / deviation, 1, 0, 0, 4 / deviation, 0, 0, 1];
  expected.forEach((value, i) => {
    assert.ok(Math.abs(matrix.data[i]! - value) < 1e-6);
  });
});

test('scalings and imputations do what their names say', () => {
  const table = tableOf(numbers('x', [0, 1, 2, 3, 10, Number.NaN]));
  const column = (options: Partial<Preprocessing>): number[] => [
    ...fit(table, { ...LINEAR, ...options }).transform(table).data,
  ];
  assert.deepEqual(
    column({ scaling: 'minmax' }).map((v) => Math.round(v * 10)),
    [0, 1, 2, 3, 10, 2],
  );
  assert.deepEqual(column({ scaling: 'robust' }), [-1, -0.5, 0, 0.5, 4, 0]);
  assert.equal(column({ scaling: 'none', imputation: 'mean' })[5], Math.fround(3.2));
  assert.equal(column({ scaling: 'none', imputation: 'constant' })[5], 0);
  const constant = tableOf(numbers('x', [4, 4]));
  assert.deepEqual([...fit(constant, LINEAR).transform(constant).data], [0, 0]);
});

test('only the rows of the fit decide; later categories are missing (ordinal) or other', () => {
  const table = tableOf(numbers('x', [1, 3, 1000]), words('c', ['a', 'b', 'z']));
  const options = { preprocessing: { ...TREES, acceptsMissing: false, scaling: 'minmax' as const } };
  const matrix = fitPipeline(table, Uint32Array.of(0, 1), options).transform(table);
  assert.deepEqual([...matrix.data], [0, 0, 1, 1, 499.5, 2]);
});

test('10,000 categories: all have a code; one-hot keeps the 100 most frequent and warns', () => {
  const texts = Array.from({ length: 30_000 }, (_, i) => `c${i < 10_000 ? i : i % 150}`);
  const table = tableOf(words('c', texts));
  const ordinal = fit(table, TREES);
  const data = ordinal.transform(table).data;
  assert.equal(new Set(data).size, 10_000);
  assert.equal(data[9_999], 9_999, 'a rare category has a high code');
  const onehot = fit(table, LINEAR);
  assert.equal(onehot.names.length, 101);
  assert.equal(onehot.names[100], 'c=(other)');
  assert.match(onehot.warnings[0]!, /100 categories/);
  assert.equal(onehot.transformInstances([{ c: 'never seen' }]).data[100], 1);
  assert.equal(ordinal.describeInputs()[0]!.categories!.length, 200);
  assert.ok(JSON.stringify(ordinal.toJSON()).length < 120_000);
});

test('a column that is all missing is left out with a warning, and may still be sent', () => {
  const table = tableOf(numbers('x', [1, 2]), numbers('gone', [Number.NaN, Number.NaN]), words('void', [null, null]));
  const pipeline = fit(table, LINEAR);
  assert.deepEqual(pipeline.names, ['x']);
  assert.equal(pipeline.warnings.length, 2);
  assert.match(pipeline.warnings[0]!, /"gone" is missing in every training row/);
  assert.equal(pipeline.transformInstances([{ x: 1, gone: 5 }]).rows, 1);
});

test('bad input: no features, an unknown column, no rows, imputation that leaves NaN', () => {
  const table = tableOf(numbers('x', [1, 2]), numbers('gone', [Number.NaN, Number.NaN]));
  fails(() => fit(table, TREES, ['x', 'gone']), 'NO_FEATURES', { field: 'dataset.features' });
  fails(() => fit(table, TREES, ['x']), 'NO_FEATURES', { field: 'dataset.features' }, 'missing in every row');
  const rows = allRows(table);
  fails(() => fitPipeline(table, rows, { features: ['y'], preprocessing: TREES }), 'COLUMN_NOT_FOUND', {}, '"y"');
  fails(() => fitPipeline(table, new Uint32Array(0), { preprocessing: TREES }), 'TOO_FEW_ROWS', {});
  const none = { ...LINEAR, imputation: 'none' as const };
  fails(() => fit(table, none), 'OPTION_UNSUPPORTED', { field: 'preprocessing.imputation' });
});

test('instances give the same numbers as the table, by name and by position', () => {
  for (const preprocessing of [TREES, LINEAR]) {
    const pipeline = fit(small, preprocessing);
    const expected = pipeline.transform(small).data;
    const byName = [
      { size: 1, color: 'red', on: true, when: '1970-01-01' },
      { when: '1970-02-01T06:00', on: 0, color: 'blue', size: 2 },
      { size: null, color: 'blue', on: 1 },
      { size: 5, when: '1971-02-05T01:00:00+01:00' },
    ];
    assert.deepEqual(pipeline.transformInstances(byName).data, expected);
    const byPosition = [
      [1, 'red', true, 0],
      [2, 'blue', false, DAY * 31.25],
      [null, 'blue', true, null],
      [5, null, null, DAY * 400],
    ];
    assert.deepEqual(pipeline.transformInstances(byPosition).data, expected);
  }
});

test('bad input: an unknown feature names it and the instance', () => {
  const pipeline = fit(small, TREES);
  fails(
    () => pipeline.transformInstances([{ size: 1 }, { sise: 2 }]),
    'FEATURE_UNKNOWN',
    { field: 'sise', row: 1 },
    'Instance 1',
    'size, color',
  );
  fails(() => pipeline.transformInstances([{ toString: 1 }]), 'FEATURE_UNKNOWN', { field: 'toString', row: 0 });
});

test('bad input: a wrong type names the field and the instance', () => {
  const pipeline = fit(small, TREES);
  const wrong: [Record<string, unknown>, string][] = [
    [{ size: '1' }, 'size'],
    [{ size: true }, 'size'],
    [{ size: Number.POSITIVE_INFINITY }, 'size'],
    [{ color: {} }, 'color'],
    [{ on: 2 }, 'on'],
    [{ on: 'true' }, 'on'],
    [{ when: 'yesterday' }, 'when'],
    [{ when: '2024-13-01' }, 'when'],
    [{ when: false }, 'when'],
  ];
  for (const [instance, field] of wrong) {
    fails(
      () => pipeline.transformInstances([{}, instance]),
      'FEATURE_INVALID',
      { field, row: 1 },
      `"${field}"`,
      'must be',
    );
  }
  fails(() => pipeline.transformInstances([[1, 'red']]), 'FEATURE_INVALID', { row: 0 }, '2 values', '4 features');
  fails(() => pipeline.transformInstances([7 as never]), 'FEATURE_INVALID', { row: 0 }, 'object');
});

test('numbers and booleans count as categories by their text', () => {
  const table = tableOf(words('code', ['1', '2', 'true']));
  const pipeline = fit(table, TREES);
  assert.deepEqual([...pipeline.transformInstances([{ code: 1 }, { code: true }]).data], [0, 2]);
});

test('a table of other columns: unknown ones are ignored, absent ones missing, wrong types named', () => {
  const pipeline = fit(small, TREES);
  const other = tableOf(
    words('color', ['green', 'red']),
    numbers('extra', [1, 2]),
    words('when', ['1970-01-01', null]),
  );
  const { data, cols } = pipeline.transform(other);
  assert.deepEqual([data[0], data[1], data[3]], [Number.NaN, Number.NaN, 0]);
  assert.deepEqual([data[cols + 1], data[cols + 3]], [1, Number.NaN]);
  const wrong = tableOf(words('size', ['3', 'large']));
  fails(() => pipeline.transform(wrong), 'FEATURE_INVALID', { field: 'size', row: 2 }, '"large"', 'a number');
});

test('numbers too large for the matrix are cut, never infinite', () => {
  const table = tableOf(numbers('x', [1, 1e300]));
  const data = fit(table, TREES).transform(table).data;
  assert.ok(data.every(Number.isFinite));
});

test('saved and loaded, a pipeline gives the same bytes', () => {
  for (const preprocessing of [TREES, LINEAR]) {
    const pipeline = fit(small, preprocessing);
    const loaded = pipelineFromJSON(JSON.parse(JSON.stringify(pipeline)));
    assert.deepEqual(loaded.transform(small), pipeline.transform(small));
    assert.deepEqual(loaded.describeInputs(), pipeline.describeInputs());
    assert.deepEqual(loaded.warnings, pipeline.warnings);
  }
});

test('bad input: a saved pipeline that is none, or of a later version', () => {
  for (const json of [
    null,
    3,
    {},
    { format: 'trainyard.pipeline', version: 2, features: [] },
    { format: 'trainyard.pipeline', version: 1 },
  ]) {
    fails(() => pipelineFromJSON(json), 'ARTIFACT_INVALID', {});
  }
  const unknown = { format: 'trainyard.pipeline', version: 1, features: [{ kind: 'magic' }], warnings: [] };
  fails(() => pipelineFromJSON(unknown), 'ARTIFACT_INVALID', {}, 'magic');
});

test('inputs are described with type, range and an example', () => {
  assert.deepEqual(fit(small, TREES).describeInputs(), [
    { name: 'size', type: 'number', min: 1, max: 5, example: 1 },
    { name: 'color', type: 'category', categories: ['blue', 'red'], example: 'red' },
    { name: 'on', type: 'boolean', example: true },
    {
      name: 'when',
      type: 'date',
      min: '1970-01-01T00:00:00.000Z',
      max: '1971-02-05T00:00:00.000Z',
      example: '1970-01-01T00:00:00.000Z',
    },
  ]);
});

test('the parts of any date agree with the calendar of JavaScript', () => {
  const times = Array.from({ length: 2000 }, (_, i) => Math.floor((i - 700) * 37.77 * DAY));
  const table = tableOf(numbers('t', times, { date: true }));
  const { data, cols, names } = fit(table, TREES).transform(table);
  assert.equal(cols, 5, names.join());
  times.forEach((time, i) => {
    const date = new Date(time);
    const expected = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDay() || 7];
    assert.deepEqual([...data.subarray(i * cols + 1, i * cols + 4)], expected, date.toISOString());
  });
});

test('the bundled flights: the examples of the request fit the features', async () => {
  const path = fileURLToPath(new URL('../../../../examples/flights/late-arrivals.csv', import.meta.url));
  const table = await readTable(path);
  const pipeline = fit(table, TREES, ['date', 'late']);
  assert.deepEqual(pipeline.inputs.slice(0, 4), ['day_of_week', 'hour', 'origin', 'destination']);
  const example = Object.fromEntries(pipeline.describeInputs().map((input) => [input.name, input.example]));
  const fromRequest = pipeline.transformInstances([example]).data;
  assert.deepEqual(fromRequest, pipeline.transform(table, Uint32Array.of(0)).data);
});
