import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Column,
  createRandom,
  type Dataset,
  encodeTarget,
  isUnsupervised,
  type Matrix,
  predictsValues,
  type Table,
  type Task,
} from '@trainyard/data';
import { fitPipeline, type Pipeline } from '@trainyard/features';
import { hasOnnxExporter, toOnnx } from '@trainyard/interchange';
import { createModel, listModels, type Model, type ModelDefinition } from '@trainyard/models';
import { type Answer, askPeers, assertClose, skip } from './model-peers.js';

const ROWS = 300;
// Networks of a few units are learnt in no time by our own kernels; TensorFlow has its own tests.
process.env.TRAINYARD_NEURAL_BACKEND = 'wasm';
const DAY = 86_400_000;

/** Steps of a row for sequence models: as many as the columns that the features become, which is a prime number. */
const SEQUENCE = 113;

type Params = Readonly<Record<string, unknown>>;

/** What comes after a network is the same for all: several values a row are tried with one, mlp. */
const ofRows = (task: Task, variants: readonly Params[]) => (task === 'forecast' ? [] : variants);

/** Variants to fit of each model, short ones; the default parameters when there are none. */
const VARIANTS: Readonly<Record<string, (task: Task) => readonly Params[]>> = {
  lightgbm: () => [{ n_estimators: 10, min_data_per_group: 5 }],
  xgboost: (task) => [
    { n_estimators: 10 },
    ...(task === 'regression' ? [{ n_estimators: 5, objective: 'reg:tweedie' }] : []),
  ],
  catboost: () => [{ iterations: 10, one_hot_max_size: 6 }],
  random_forest: () => [{ n_estimators: 10 }],
  // The plug-in's trees in plain JavaScript take most of a minute at its default.
  ml_random_forest: () => [{ n_estimators: 1 }],
  extra_trees: () => [{ n_estimators: 10 }],
  sgd: (task) => [{}, ...(task === 'regression' ? [] : [{ loss: 'hinge' }, { loss: 'modified_huber' }])],
  knn: () => [
    {},
    { weights: 'distance', metric: 'manhattan' },
    { metric: 'cosine' },
    { metric: 'chebyshev', n_neighbors: 3 },
  ],
  svm: (task) => [
    ...[{}, { kernel: 'poly', degree: 2 }],
    ...(task === 'multiclass' ? [{ probability: false }, { probability: false, break_ties: true }] : []),
  ],
  dbscan: () => [{ eps: 4, min_samples: 3 }],
  gaussian_mixture: () =>
    ['full', 'tied', 'diag', 'spherical'].map((type) => ({ n_components: 3, covariance_type: type, reg_covar: 1e-2 })),
  mlp: (task) =>
    task === 'forecast'
      ? [
          { epochs: 1, hidden_layer_sizes: [4], ensemble_size: 2 },
          { epochs: 1, hidden_layer_sizes: [4], loss: 'gaussian_nll' },
          { epochs: 1, hidden_layer_sizes: [4], loss: 'quantile', quantiles: [0.1, 0.4, 0.8], ensemble_size: 2 },
        ]
      : [{ epochs: 3 }, { epochs: 2, activation: 'tanh', hidden_layer_sizes: [6, 5], dropout: 0.1 }],
  autoencoder: () => [{ epochs: 2, hidden_layer_sizes: [6, 2] }],
  lstm: (task) => ofRows(task, [{ epochs: 1, hidden_size: 4, num_layers: 2, bidirectional: true, seq_len: SEQUENCE }]),
  gru: (task) => ofRows(task, [{ epochs: 1, hidden_size: 4, num_layers: 2, seq_len: SEQUENCE }]),
  rnn: (task) => ofRows(task, [{ epochs: 1, hidden_size: 4, seq_len: SEQUENCE }]),
  tcn: (task) => ofRows(task, [{ epochs: 1, num_filters: 6, num_levels: 3, seq_len: SEQUENCE }]),
  transformer: (task) =>
    ofRows(task, [
      { epochs: 1, d_model: 8, num_heads: 2, dim_feedforward: 8, seq_len: SEQUENCE },
      { epochs: 1, d_model: 8, num_heads: 4, num_layers: 1, positions: 'sinusoidal', causal: true },
    ]),
  voting: (task) => [
    ensembleParams(task, {}),
    ...(task === 'regression' ? [] : [ensembleParams(task, { voting: 'hard' })]),
  ],
  stacking: (task) => [ensembleParams(task, { passthrough: true })],
  blending: (task) => [ensembleParams(task, {})],
  ensemble_selection: (task) => [ensembleParams(task, {})],
};

/** Members of mixed families. */
function ensembleParams(task: Task, special: Params): Params {
  const estimators = ['lightgbm', task === 'regression' ? 'ridge' : 'logistic', 'dummy'];
  return { estimators, lightgbm__n_estimators: 5, ...special };
}

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
  readonly task: Task;
  readonly model: Model;
  readonly pipeline: Pipeline;
  readonly classes: readonly string[];
}

/** The target of a task, two of a forecast, none for clustering and anomalies. */
function targetOf(task: Task): Pick<Dataset, 'y' | 'classes' | 'outputs'> {
  const last = train.columns.at(-1) as Extract<Column, { kind: 'numeric' }>;
  if (task === 'clustering' || task === 'anomaly') return { y: new Float64Array(0) };
  if (task === 'forecast') {
    return { y: Float64Array.from([...last.values].flatMap((v) => [v, 100 - 50 * v])), outputs: ['1', '2'] };
  }
  if (task === 'regression') return { y: last.values.map((v) => Math.max(0, v + 3)) };
  const classOf = (v: number): number => (task === 'binary' ? Number(v > 1) : v > 1.5 ? 30 : v > 0.5 ? 20 : 10);
  return encodeTarget({ ...last, values: last.values.map(classOf) }, task);
}

async function fitCase(definition: ModelDefinition, task: Task, params: Params): Promise<Case> {
  const { preprocessing } = definition;
  const rows = Uint32Array.from({ length: ROWS }, (_, i) => i);
  const pipeline = fitPipeline(train, rows, { exclude: ['y'], preprocessing });
  const model = createModel(definition, params, task);
  const target = targetOf(task);
  await model.fit({ task, x: pipeline.transform(train), ...target }, { seed: 1 });
  return {
    what: `${definition.name} ${task} ${JSON.stringify(params)}`,
    task,
    model,
    pipeline,
    classes: target.classes ?? [],
  };
}

/** The deviations or quantiles that a graph gives besides its values. */
function compareUncertainty(model: Model, x: Matrix, { deviation, quantiles }: Answer, what: string): void {
  if (deviation === undefined && quantiles === undefined) return;
  // Its quantiles are 0.1, 0.4 and 0.8, so that an interval of 0.6 has the last as its upper end.
  const { variance, upper } = model.predictUncertainty!(x, 0.6);
  if (deviation) assertClose(deviation, variance.map(Math.sqrt), 1e-5, `${what}: deviation`);
  else assert.equal(quantiles!.length, 3 * upper.length);
}

/** Fails unless the answer of onnxruntime is the model's. */
function compare({ what, task, model, pipeline, classes }: Case, answer: Answer): void {
  const x = pipeline.transform(other);
  const { values, probabilities, scores } = model.predict(x);
  if (predictsValues(task)) {
    assertClose(answer.value!, values, 1e-5, what);
    compareUncertainty(model, x, answer, what);
    return;
  }
  if (scores !== undefined) assertClose(answer.score!, scores, 1e-5, what);
  if (probabilities !== undefined) assertClose(answer.probabilities!, probabilities, 1e-5, what);
  const labels = Array.from(values, (c) => (isUnsupervised(task) ? c : Number(classes[c])));
  assert.deepEqual(answer.label, labels, what);
}

test('onnxruntime predicts from raw columns as we do, for every model that can be exported', { skip }, async () => {
  const cases: Case[] = [];
  const without: string[] = [];
  for (const definition of listModels()) {
    for (const task of definition.tasks) {
      for (const params of VARIANTS[definition.name]?.(task) ?? [{}]) {
        const fitted = await fitCase(definition, task, params);
        if (hasOnnxExporter(fitted.model.save().format)) cases.push(fitted);
        else without.push(definition.name);
      }
    }
  }
  const columns = Object.fromEntries(other.columns.map((column) => [column.name, rawColumn(column)]));
  const answers = await askPeers(
    cases.map(({ model, ...about }) => {
      const bytes = toOnnx({ ...about, artifact: model.save(), targetKind: 'number' });
      return { do: 'score_onnx', model: Buffer.from(bytes).toString('base64'), columns };
    }),
  );
  const wrong = cases.flatMap((about, i) => {
    try {
      compare(about, answers[i]!);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual([...new Set(without)], WITHOUT_EXPORTER);
});
