import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Column, createRandom, encodeTarget, type SupervisedTask, type Table } from '@trainyard/data';
import { fitPipeline, type Pipeline } from '@trainyard/features';
import { hasOnnxExporter, toOnnx } from '@trainyard/interchange';
import { createModel, listModels, type Model, type ModelDefinition } from '@trainyard/models';
import { askPeers, assertClose, skip } from './model-peers.js';

const TASKS: readonly SupervisedTask[] = ['binary', 'multiclass', 'regression'];
const ROWS = 300;
const DAY = 86_400_000;

/** Parameters that keep fits short, by model. */
const PARAMS: Readonly<Record<string, Record<string, unknown>>> = {
  lightgbm: { n_estimators: 10, min_data_per_group: 5 },
  xgboost: { n_estimators: 10 },
};

/** The plug-ins of npm packages keep what only these packages read. */
const WITHOUT_EXPORTER = ['ml_knn', 'ml_random_forest', 'ml_svm'];

/** A table of every kind of feature, with missing values; `fresh` has categories that the other has not. */
function makeTable(seed: number, fresh: boolean): Table {
  const random = createRandom(seed);
  const columns: Record<string, (number | string | null)[]> = {
    size: [],
    on: [],
    when: [],
    colour: [],
    kind: [],
    y: [],
  };
  for (let i = 0; i < ROWS; i++) {
    const [size, on, day, colour] = [100 * random.normal(), random.integer(2), random.integer(900), random.integer(5)];
    const when = day * DAY + random.integer(24) * 3_600_000;
    const value = size / 100 + on + (colour % 2) + (day % 7) / 7 + 0.1 * random.normal();
    const gone = () => random.next() < 0.08;
    columns.size!.push(gone() ? null : Math.fround(size));
    columns.on!.push(gone() ? null : on);
    columns.when!.push(gone() ? null : when);
    columns.colour!.push(gone() ? null : fresh && i % 9 === 0 ? 'unseen' : ['red', 'grün', 'blue', '', '42'][colour]!);
    columns.kind!.push(`k${i % 130}`);
    columns.y!.push(value);
  }
  const numeric = (name: string, flags = {}): Column => ({
    kind: 'numeric',
    name,
    values: Float64Array.from(columns[name]!, (v) => (v === null ? Number.NaN : Number(v))),
    ...flags,
  });
  const text = (name: string): Column => {
    const present = columns[name]!.map((v) => (v === '' ? null : v)) as (string | null)[];
    const categories = [...new Set(present.filter((v) => v !== null))];
    return {
      kind: 'categorical',
      name,
      categories,
      codes: Int32Array.from(present, (v) => (v === null ? -1 : categories.indexOf(v))),
    };
  };
  const gone: Column = { kind: 'numeric', name: 'gone', values: new Float64Array(ROWS).fill(Number.NaN) };
  return {
    rows: ROWS,
    columns: [
      numeric('size'),
      numeric('on', { boolean: true }),
      numeric('when', { date: true }),
      text('colour'),
      text('kind'),
      gone,
      numeric('y'),
    ],
  };
}

const train = makeTable(1, false);
const other = makeTable(2, true);

/** The column as the peer is handed it: missing values as null. */
function rawColumn(column: Column): (number | string | null)[] {
  if (column.kind === 'numeric') return Array.from(column.values, (v) => (Number.isNaN(v) ? null : v));
  return Array.from(column.codes, (code) => (code < 0 ? null : column.categories[code]!));
}

interface Case {
  readonly what: string;
  readonly task: SupervisedTask;
  readonly model: Model;
  readonly pipeline: Pipeline;
  readonly classes: readonly string[];
}

/** Members of mixed families; voting by votes for classes, stacking over the original columns too. */
function ensembleParams({ name }: ModelDefinition, task: SupervisedTask): Record<string, unknown> {
  const estimators = ['lightgbm', task === 'regression' ? 'ridge' : 'logistic', 'dummy'];
  const special = { voting: task === 'multiclass' ? { voting: 'hard' } : {}, stacking: { passthrough: true } };
  return { estimators, lightgbm__n_estimators: 5, ...special[name as keyof typeof special] };
}

async function fitCase(definition: ModelDefinition, task: SupervisedTask): Promise<Case> {
  const values = (train.columns.at(-1) as Extract<Column, { kind: 'numeric' }>).values;
  const target: Column = {
    kind: 'numeric',
    name: 'y',
    values:
      task === 'regression'
        ? values
        : values.map((v) => (task === 'binary' ? Number(v > 1) : v > 1.5 ? 30 : v > 0.5 ? 20 : 10)),
  };
  const { y, classes = [] } = encodeTarget(target, task);
  const { preprocessing } = definition;
  const pipeline = fitPipeline(train, Uint32Array.from(y.keys()), { exclude: ['y'], preprocessing });
  const params = PARAMS[definition.name] ?? (definition.family === 'ensemble' ? ensembleParams(definition, task) : {});
  const model = createModel(definition, params, task);
  await model.fit(
    { task, x: pipeline.transform(train), y, ...(task === 'regression' ? {} : { classes }) },
    { seed: 1 },
  );
  return { what: `${definition.name} ${task}`, task, model, pipeline, classes };
}

test('onnxruntime predicts from raw columns as we do, for every model that can be exported', { skip }, async () => {
  const cases: Case[] = [];
  const without: string[] = [];
  for (const definition of listModels()) {
    for (const task of TASKS.filter((t) => definition.tasks.includes(t))) {
      const fitted = await fitCase(definition, task);
      if (hasOnnxExporter(fitted.model.save().format)) cases.push(fitted);
      else without.push(definition.name);
    }
  }
  const columns = Object.fromEntries(other.columns.map((column) => [column.name, rawColumn(column)]));
  const answers = await askPeers(
    cases.map(({ model, ...about }) => {
      const bytes = toOnnx({ ...about, artifact: model.save(), targetKind: 'number' });
      return { do: 'score_onnx', model: Buffer.from(bytes).toString('base64'), columns };
    }),
  );
  cases.forEach(({ what, task, model, pipeline, classes }, i) => {
    const { values, probabilities } = model.predict(pipeline.transform(other));
    if (task === 'regression') {
      assertClose(answers[i]!.value!, values, 1e-5, what);
      return;
    }
    if (probabilities !== undefined) assertClose(answers[i]!.probabilities!, probabilities, 1e-5, what);
    assert.deepEqual(
      answers[i]!.label,
      Array.from(values, (c) => Number(classes[c])),
      what,
    );
  });
  assert.deepEqual([...new Set(without)], WITHOUT_EXPORTER);
});
