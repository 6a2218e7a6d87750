import {
  allRows,
  checkFinite,
  detectTask,
  encodeTarget,
  LearnError,
  type SplitKeys,
  type SupervisedTask,
  type Table,
  type Task,
} from '@trainyard/data';
import { featureColumns, keyColumn, requireColumn, weightColumn } from './columns.js';
import { timeOrderHint } from './hints.js';
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
  /** NaN where there is no target. */
  readonly y: Float64Array;
  readonly classes?: readonly string[];
  readonly weight?: Float64Array;
  readonly keys: SplitKeys;
  /** Where samples are windows: each is known by its last row, and the arrays here hold what is to be foretold from it. */
  readonly windows?: TableWindows;
  /** The rows whose target is known; all for clustering. */
  readonly rows: Uint32Array;
  readonly warnings: string[];
  readonly decisions: readonly string[];
}

/** Settles target, task, features, weights and split keys. Throws the LearnErrors of bad data, each naming its column. */
export function prepareData(table: Table, plan: TrainPlan): PreparedData {
  if (plan.task === 'clustering') return prepareClustering(table, plan);
  const { dataset } = plan.request;
  const warnings: string[] = [];
  const name = plan.target!;
  const target = requireColumn(table, name, 'dataset.target');
  const features = featureColumns(table, plan, warnings);
  const weight = weightColumn(table, dataset.weight);
  const groups = keyColumn(table, dataset.group, 'group');
  const time = keyColumn(table, dataset.time, 'time');
  checkFinite(table, [...features, name]);
  const decisions = [...plan.decisions];
  let task = plan.task as SupervisedTask;
  if (plan.task === 'auto') {
    const detected = detectTask(target);
    task = detected.task;
    decisions.push(`task "auto" is ${task}: ${detected.reason}`);
    checkModelTask(plan.definition, task);
  }
  const { y, classes } = encodeTarget(target, task);
  if (classes && classes.length > MOST_CLASSES) {
    const words = `The target "${name}" has ${classes.length} classes; at most ${MOST_CLASSES} can be learnt. Use task regression, or group the classes.`;
    throw new LearnError('TOO_MANY_CLASSES', words, { column: name });
  }
  const keys = { ...(classes ? { labels: y } : {}), ...(groups ? { groups } : {}), ...(time ? { time } : {}) };
  const windows = plan.sequence && windowsOf(plan.sequence, keys, warnings);
  const samples = { keys, y, ...(weight ? { weight } : {}) };
  const learnt = windows ? atTargets(windows, samples) : samples;
  const rows = knownRows(learnt.y);
  if (windows === undefined && rows.length < y.length)
    warnings.push(`${y.length - rows.length} of ${y.length} rows have no target and are left out.`);
  if (rows.length < FEWEST_ROWS) {
    const words = `Only ${rows.length} ${windows ? 'windows' : 'rows'} have a target; training needs ${FEWEST_ROWS} or more.`;
    throw new LearnError('TOO_FEW_ROWS', words, { column: name });
  }
  if (plan.validation.strategy === 'holdout') warnings.push(...timeOrderHint(table, features));
  return {
    table,
    task,
    target: name,
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

/** As `prepareData`, without needing a target: one that is given stays out of the features, for comparison alone. */
function prepareClustering(table: Table, plan: TrainPlan): PreparedData {
  const { dataset } = plan.request;
  const { target } = plan;
  const warnings: string[] = [];
  const truth = target === undefined ? undefined : requireColumn(table, target, 'dataset.target');
  const features = featureColumns(table, plan, warnings);
  const weight = weightColumn(table, dataset.weight);
  const groups = keyColumn(table, dataset.group, 'group');
  const time = keyColumn(table, dataset.time, 'time');
  checkFinite(table, features);
  if (table.rows < FEWEST_ROWS) {
    throw new LearnError('TOO_FEW_ROWS', `There are ${table.rows} rows; training needs ${FEWEST_ROWS} or more.`);
  }
  if (plan.validation.strategy === 'holdout') warnings.push(...timeOrderHint(table, features));
  return {
    table,
    task: 'clustering',
    ...(target === undefined ? {} : { target }),
    targetKind: 'number',
    features,
    y: truth === undefined ? new Float64Array(table.rows).fill(Number.NaN) : encodeTarget(truth, 'multiclass').y,
    ...(weight ? { weight } : {}),
    keys: { ...(groups ? { groups } : {}), ...(time ? { time } : {}) },
    rows: allRows(table.rows),
    warnings,
    decisions: plan.decisions,
  };
}

function knownRows(y: Float64Array): Uint32Array {
  const rows = allRows(y.length);
  return y.some(Number.isNaN) ? rows.filter((row) => !Number.isNaN(y[row]!)) : rows;
}

/** The entries of `values` at `rows`. */
export function at(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]!]!;
  return taken;
}
