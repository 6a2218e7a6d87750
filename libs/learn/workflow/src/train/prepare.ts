import {
  allRows,
  type Column,
  checkFinite,
  detectTask,
  type EncodedTarget,
  encodeTarget,
  isUnsupervised,
  LearnError,
  type SplitKeys,
  type SupervisedTask,
  type Table,
  type Task,
} from '@trainyard/data';
import { anomalyTruth } from './anomaly-truth.js';
import { featureColumns, keyColumn, requireColumn, weightColumn } from './columns.js';
import { overlapHint, timeOrderHint } from './hints.js';
import { checkModelTask, type TrainPlan } from './plan.js';
import { atTargets, type TableWindows, windowsOf } from './windows.js';

/** Fewer rows than this cannot be split into parts that mean anything. */
const FEWEST_ROWS = 10;

/** More classes than this are names or identifiers, and cost a model each. */
const MOST_CLASSES = 1000;

/** What the target's values were before they became classes, so that predictions are given back in kind. */
export type TargetKind = 'number' | 'boolean' | 'text';

/** A table whose roles are settled. Arrays are indexed by row of `table`. */
export interface PreparedData {
  readonly table: Table;
  readonly task: Task;
  readonly target?: string;
  readonly targetKind: TargetKind;
  readonly features: readonly string[];
  /** NaN where there is no target; with `outputs` row-major `rows x outputs`. */
  readonly y: Float64Array;
  /** Where a sample has several targets, their names: columns, or the steps of a forecast from 1. */
  readonly outputs?: readonly string[];
  readonly classes?: readonly string[];
  readonly weight?: Float64Array;
  readonly keys: SplitKeys;
  /** Where samples are windows: each is known by its last row, and the arrays here hold what is to be foretold from it. */
  readonly windows?: TableWindows;
  /** The rows whose target is known; without a target all that are samples. */
  readonly rows: Uint32Array;
  readonly warnings: string[];
  readonly decisions: readonly string[];
}

/** Settles target, task, features, weights and split keys. Throws the LearnErrors of bad data, each naming its column. */
export function prepareData(table: Table, plan: TrainPlan): PreparedData {
  if (isUnsupervised(plan.task)) return prepareUnsupervised(table, plan);
  const { dataset } = plan.request;
  const warnings: string[] = [];
  const name = plan.target!;
  const target = requireColumn(table, name, 'dataset.target');
  const targets = plan.targets?.map((each) => requireColumn(table, each, 'dataset.targets'));
  const features = featureColumns(table, plan, warnings);
  const weight = weightColumn(table, dataset.weight);
  const groups = keyColumn(table, dataset.group, 'group');
  const time = keyColumn(table, dataset.time, 'time');
  checkFinite(table, [...features, ...(plan.targets ?? [name])]);
  const decisions = [...plan.decisions];
  let task = plan.task as SupervisedTask | 'forecast';
  if (plan.task === 'auto') {
    const detected = detectTask(target);
    task = detected.task;
    decisions.push(`task "auto" is ${task}: ${detected.reason}`);
    checkModelTask(plan.definition, task);
  }
  const { y, classes } = targets
    ? sideBySide(targets.map((column) => encodeTarget(column, 'regression')))
    : encodeTarget(target, task === 'forecast' ? 'regression' : task);
  if (classes && classes.length > MOST_CLASSES) {
    const words = `The target "${name}" has ${classes.length} classes; at most ${MOST_CLASSES} can be learnt. Use task regression, or group the classes.`;
    throw new LearnError('TOO_MANY_CLASSES', words, { column: name });
  }
  const keys = { ...(classes ? { labels: y } : {}), ...(groups ? { groups } : {}), ...(time ? { time } : {}) };
  const windows = plan.sequence && windowsOf(plan.sequence, keys, warnings);
  const samples = { keys, y, width: targets?.length ?? 1, ...(weight ? { weight } : {}) };
  const { width, ...learnt } = windows ? atTargets(windows, samples) : samples;
  const rows = knownRows(learnt.y, width);
  if (windows === undefined && rows.length < table.rows)
    warnings.push(`${table.rows - rows.length} of ${table.rows} rows have no target and are left out.`);
  if (rows.length < FEWEST_ROWS) {
    const words = `Only ${rows.length} ${windows ? 'windows' : 'rows'} have a target; training needs ${FEWEST_ROWS} or more.`;
    throw new LearnError('TOO_FEW_ROWS', words, { column: name });
  }
  warnings.push(...splitHints(plan, table, features));
  const outputs = plan.targets ?? windows?.each.map((_, step) => String(step + 1)) ?? [];
  return {
    table,
    task,
    target: plan.targets?.join(', ') ?? name,
    ...(outputs.length > 1 ? { outputs } : {}),
    targetKind: target.kind === 'categorical' ? 'text' : target.boolean ? 'boolean' : 'number',
    features,
    ...learnt,
    ...(classes ? { classes } : {}),
    ...(windows ? { windows } : {}),
    rows,
    warnings,
    decisions,
  };
}

/** What is wrong with mixing the samples, if they are mixed. */
function splitHints({ validation, sequence }: TrainPlan, table: Table, features: readonly string[]): string[] {
  if (sequence) return overlapHint(validation);
  return validation.strategy === 'holdout' ? timeOrderHint(table, features) : [];
}

/** Several targets as one, row-major. */
function sideBySide(targets: readonly EncodedTarget[]): EncodedTarget {
  const rows = targets[0]!.y.length;
  const y = new Float64Array(rows * targets.length);
  targets.forEach((target, j) => {
    for (let i = 0; i < rows; i++) y[i * targets.length + j] = target.y[i]!;
  });
  return { y };
}

/** As `prepareData`, without needing a target: one that is given stays out of the features, for comparison alone. */
function prepareUnsupervised(table: Table, plan: TrainPlan): PreparedData {
  const { dataset } = plan.request;
  const { target } = plan;
  const task = plan.task as Task;
  const warnings: string[] = [];
  const truth = target === undefined ? undefined : requireColumn(table, target, 'dataset.target');
  const features = featureColumns(table, plan, warnings);
  const weight = weightColumn(table, dataset.weight);
  const groups = keyColumn(table, dataset.group, 'group');
  const time = keyColumn(table, dataset.time, 'time');
  checkFinite(table, features);
  const keys = { ...(groups ? { groups } : {}), ...(time ? { time } : {}) };
  const windows = plan.sequence && windowsOf(plan.sequence, keys, warnings);
  const rows = allRows(table.rows).filter((row) => windows === undefined || windows.ahead[row]! >= 0);
  if (rows.length < FEWEST_ROWS) {
    const words = `There are ${rows.length} ${windows ? 'windows' : 'rows'}; training needs ${FEWEST_ROWS} or more.`;
    throw new LearnError('TOO_FEW_ROWS', words);
  }
  warnings.push(...splitHints(plan, table, features));
  const compared = (column: Column) =>
    task === 'anomaly' ? anomalyTruth(column) : encodeTarget(column, 'multiclass').y;
  return {
    table,
    task,
    ...(target === undefined ? {} : { target }),
    targetKind: 'number',
    features,
    y: truth === undefined ? new Float64Array(table.rows).fill(Number.NaN) : compared(truth),
    ...(weight ? { weight } : {}),
    keys,
    ...(windows ? { windows } : {}),
    rows,
    warnings,
    decisions: plan.decisions,
  };
}

/** The rows all of whose targets are known. */
function knownRows(y: Float64Array, width: number): Uint32Array {
  const rows = allRows(y.length / width);
  if (!y.some(Number.isNaN)) return rows;
  return rows.filter((row) => !y.subarray(row * width, (row + 1) * width).some(Number.isNaN));
}
