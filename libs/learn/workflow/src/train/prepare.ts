import {
  allRows,
  checkFinite,
  detectTask,
  encodeTarget,
  LearnError,
  type SplitKeys,
  type Table,
  type Task,
} from '@trainyard/data';
import { featureColumns, keyColumn, requireColumn, weightColumn } from './columns.js';
import { timeOrderHint } from './hints.js';
import { checkModelTask, type TrainPlan } from './plan.js';

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
  readonly target: string;
  readonly targetKind: TargetKind;
  readonly features: readonly string[];
  readonly y: Float64Array;
  readonly classes?: readonly string[];
  readonly weight?: Float64Array;
  readonly keys: SplitKeys;
  /** The rows whose target is known. */
  readonly rows: Uint32Array;
  readonly warnings: string[];
  readonly decisions: readonly string[];
}

/** Settles target, task, features, weights and split keys. Throws the LearnErrors of bad data, each naming its column. */
export function prepareData(table: Table, plan: TrainPlan): PreparedData {
  const { dataset } = plan.request;
  const warnings: string[] = [];
  const target = requireColumn(table, plan.target, 'dataset.target');
  const features = featureColumns(table, plan, warnings);
  const weight = weightColumn(table, dataset.weight);
  const groups = keyColumn(table, dataset.group, 'group');
  const time = keyColumn(table, dataset.time, 'time');
  checkFinite(table, [...features, plan.target]);
  const decisions = [...plan.decisions];
  let task = plan.task as Task;
  if (plan.task === 'auto') {
    const detected = detectTask(target);
    task = detected.task;
    decisions.push(`task "auto" is ${task}: ${detected.reason}`);
    checkModelTask(plan.definition, task);
  }
  const { y, classes } = encodeTarget(target, task);
  if (classes && classes.length > MOST_CLASSES) {
    const words = `The target "${plan.target}" has ${classes.length} classes; at most ${MOST_CLASSES} can be learnt. Use task regression, or group the classes.`;
    throw new LearnError('TOO_MANY_CLASSES', words, { column: plan.target });
  }
  const rows = knownRows(y);
  if (rows.length < y.length)
    warnings.push(`${y.length - rows.length} of ${y.length} rows have no target and are left out.`);
  if (rows.length < FEWEST_ROWS) {
    const words = `Only ${rows.length} rows have a target; training needs ${FEWEST_ROWS} or more.`;
    throw new LearnError('TOO_FEW_ROWS', words, { column: plan.target });
  }
  if (plan.validation.strategy === 'holdout') warnings.push(...timeOrderHint(table, features));
  return {
    table,
    task,
    target: plan.target,
    targetKind: target.kind === 'categorical' ? 'text' : target.boolean ? 'boolean' : 'number',
    features,
    y,
    ...(classes ? { classes } : {}),
    ...(weight ? { weight } : {}),
    keys: { ...(classes ? { labels: y } : {}), ...(groups ? { groups } : {}), ...(time ? { time } : {}) },
    rows,
    warnings,
    decisions,
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
