import type { DataFormat } from '@trainyard/data';
import { type Column, columnOf, LearnError, readTable, type Table } from '@trainyard/data';
import {
  type Holdout,
  namedValue,
  Predictor,
  type SeveralValues,
  scoreAnomalies,
  scoreClusters,
} from '@trainyard/workflow';
import type { EvaluationTask } from './executor.js';
import type { EvaluationPorts } from './run-evaluation.js';

/**
 * Predicts a file's rows with a registered version, and pairs them with their truth. Rows without a target are left out.
 * @throws LearnError for data the version cannot be evaluated on; SourceError; ArtifactError
 */
export async function scoreTable(
  { artifact, dataset }: Extract<EvaluationTask, { kind: 'dataset' }>,
  { artifacts, sources, signal }: EvaluationPorts,
): Promise<Holdout> {
  const predictor = Predictor.from(await artifacts.get(artifact));
  const snapshot = await sources.snapshot(dataset.uri, signal);
  const format = (dataset.format ?? snapshot.format) as DataFormat | undefined;
  const table = await readTable(snapshot.path, { name: dataset.uri, format, signal });
  const { task, classes, bundle } = predictor;
  const compared = () => comparedTarget(dataset.target, bundle.target, table);
  if (task === 'clustering') return scoreClusters(bundle, table, compared());
  if (task === 'anomaly') return scoreAnomalies(predictor, table, compared());
  if (bundle.outputs) return scoreOutputs(predictor, table);
  const target = dataset.target ?? bundle.target;
  if (target === undefined) {
    const words = 'Name the column that holds the truth in dataset.target.';
    throw new LearnError('TARGET_MISSING', words, { field: 'dataset.target' });
  }
  const present = truth(columnOf(table, target), classes);
  const ahead = predictor.rowsForetold(table);
  const yTrue = ahead ? Float64Array.from(ahead[0]!, (row) => (row < 0 ? Number.NaN : present[row]!)) : present;
  const known = Uint32Array.from(yTrue.keys()).filter((row) => !Number.isNaN(yTrue[row]!));
  if (known.length === 0) {
    const words = `The target "${target}" is missing in every row; there is nothing to evaluate on.`;
    throw new LearnError('TARGET_ALL_MISSING', words, { column: target });
  }
  const { values, probabilities } = predict(predictor, table);
  const k = classes?.length ?? 0;
  return {
    task,
    model: bundle.modelName,
    target,
    ...(classes ? { classes } : {}),
    yTrue: Float64Array.from(known, (row) => yTrue[row]!),
    values: Float64Array.from(known, (row) => values[row]!),
    ...(probabilities ? { probabilities: takeRows(probabilities, known, k) } : {}),
  };
}

/** What clusters and anomalies are compared with: the column the sender names, else the one of training when these data have it. */
function comparedTarget(
  asked: string | null | undefined,
  trained: string | undefined,
  table: Table,
): string | undefined {
  return asked ?? (table.columns.some(({ name }) => name === trained) ? trained : undefined);
}

/** Several values a row: those of each target column, or of each step of a forecast. Rows that lack one are left out. */
function scoreOutputs(predictor: Predictor, table: Table): Holdout {
  const { bundle, task } = predictor;
  const outputs = bundle.outputs!;
  const ahead = predictor.rowsForetold(table);
  const steps = task === 'forecast';
  const columns = (steps ? [bundle.target!] : outputs).map((name) => truth(columnOf(table, name), undefined));
  const truthAt = (row: number, j: number) => {
    const shifted = steps ? ahead![j]![row]! : ahead ? ahead[0]![row]! : row;
    return shifted < 0 ? Number.NaN : columns[steps ? 0 : j]![shifted]!;
  };
  const all = Float64Array.from({ length: table.rows * outputs.length }, (_, i) =>
    truthAt(Math.floor(i / outputs.length), i % outputs.length),
  );
  const known = Uint32Array.from({ length: table.rows }, (_, row) => row).filter(
    (row) => !all.subarray(row * outputs.length, (row + 1) * outputs.length).some(Number.isNaN),
  );
  if (known.length === 0) {
    const words = `No row has all of ${outputs.length} true values of "${bundle.target}"; there is nothing to evaluate on.`;
    throw new LearnError('TARGET_ALL_MISSING', words, { column: bundle.target! });
  }
  const { predictions } = predictor.predictTable(table);
  const values = Float64Array.from(
    predictions.flatMap((each) => outputs.map((name, j) => namedValue(each as SeveralValues, name, j))),
  );
  return {
    ...{ task, model: bundle.modelName, target: bundle.target!, outputs },
    yTrue: takeRows(all, known, outputs.length),
    values: takeRows(values, known, outputs.length),
  };
}

/** n predictions as class indices or values, and n x classes probabilities. */
function predict(predictor: Predictor, table: Table): { values: Float64Array; probabilities?: Float64Array } {
  const { predictions, probabilities } = predictor.predictTable(table);
  const { classes } = predictor;
  if (!classes) return { values: Float64Array.from(predictions as number[]) };
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  return { values: Float64Array.from(predictions, (label) => indexOf.get(String(label))!), probabilities };
}

/** n class indices of the version's own classes, or values; NaN where the target is missing. */
function truth(column: Column, classes: readonly string[] | undefined): Float64Array {
  if (!classes) {
    if (column.kind === 'numeric') return column.values;
    const words = `The target "${column.name}" holds text, but the model predicts numbers.`;
    throw new LearnError('TARGET_NOT_NUMERIC', words, { column: column.name });
  }
  const indexOf = new Map(classes.map((name, k) => [name, k]));
  const classAt = (name: string, row: number): number => {
    const index = indexOf.get(name);
    if (index !== undefined) return index;
    const words = `The target "${column.name}" is "${name}" in row ${row + 1}, a class the model does not know (${classes.slice(0, 20).join(', ')}).`;
    throw new LearnError('FEATURE_INVALID', words, { column: column.name, row: row + 1 });
  };
  if (column.kind === 'categorical') {
    return Float64Array.from(column.codes, (code, row) =>
      code < 0 ? Number.NaN : classAt(column.categories[code]!, row),
    );
  }
  const nameOf = (value: number) => (column.boolean ? String(value === 1) : String(value));
  return Float64Array.from(column.values, (value, row) => (Number.isNaN(value) ? value : classAt(nameOf(value), row)));
}

function takeRows(matrix: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
