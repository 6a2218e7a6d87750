import { LearnError, type Matrix, orderWindows, rowsAhead, type Table } from '@trainyard/data';
import type { Instance, Pipeline } from '@trainyard/features';
import { keyColumn } from '../train/columns.js';
import type { SequencePlan } from '../train/plan-sequence.js';

/** One window an instance, each a list of rows, the earliest first. Throws FEATURE_INVALID, FEATURE_UNKNOWN. */
export function windowInstances(
  pipeline: Pipeline,
  { length, least = length }: SequencePlan,
  instances: readonly Instance[],
): Matrix {
  const rows: Instance[] = [];
  const ends: number[] = [];
  instances.forEach((instance, row) => {
    if (!Array.isArray(instance) || instance.length < least || instance.length > length) {
      const given = Array.isArray(instance) ? `a list of ${instance.length}` : 'no list';
      const wanted = least < length ? `${least} to ${length}` : length;
      const words = `Instance ${row} must be a list of ${wanted} rows, the earliest first, and is ${given}.`;
      throw new LearnError('FEATURE_INVALID', words, { row });
    }
    for (const each of instance as Instance[]) rows.push(each);
    ends.push(rows.length - 1);
  });
  const x = within(() => pipeline.transformInstances(rows), ends);
  const lengths = ends.map((end, i) => end - (ends[i - 1] ?? -1));
  return { ...x, rows: instances.length, windows: { length, ends, ...(least < length ? { lengths } : {}) } };
}

/** Errors of rows name the instance that they are part of, and the place in it. `ends`: the last row of each instance. */
function within<T>(work: () => T, ends: readonly number[]): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LearnError) || error.where.row === undefined) throw error;
    const { row } = error.where;
    const instance = ends.findIndex((end) => end >= row);
    const place = `instance ${instance}, row ${row - (ends[instance - 1] ?? -1) - 1} of its window`;
    const words = error.message.replace(new RegExp(`instance ${row}\\b`, 'i'), place);
    throw new LearnError(error.code, words, { ...error.where, row: instance });
  }
}

/** Gives the features of rows of a table: the windows that end with them. Throws COLUMN_NOT_FOUND, PARAMETER_INVALID. */
export function tableWindows(table: Table, sequence: SequencePlan): (pipeline: Pipeline, rows: Uint32Array) => Matrix {
  const { length } = sequence;
  const time = keyColumn(table, sequence.time, 'time')!;
  const groups = keyColumn(table, sequence.group, 'group');
  // A model of shorter windows takes what there is; of others the first row of a series is repeated.
  const short = sequence.least === undefined ? { pad: true } : { least: 1 };
  const { order, ends, lengths } = orderWindows({ length, time, ...short, ...(groups ? { groups } : {}) });
  let all: Matrix | undefined;
  return (pipeline, rows) => {
    all ??= pipeline.transform(table, order);
    const of = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]!);
    return {
      ...all,
      rows: rows.length,
      windows: { length, ends: of(ends), ...(lengths ? { lengths: of(lengths) } : {}) },
    };
  };
}

/** Of each row of a table, the rows whose targets are foretold from it, one list a step; -1 where the series ends before. */
export function rowsForetold(table: Table, sequence: SequencePlan): Int32Array[] {
  const time = keyColumn(table, sequence.time, 'time')!;
  const groups = keyColumn(table, sequence.group, 'group');
  const windows = orderWindows({ length: sequence.length, time, pad: true, ...(groups ? { groups } : {}) });
  const steps = sequence.steps ?? 1;
  const first = sequence.horizon - steps + 1;
  return Array.from({ length: steps }, (_, step) => rowsAhead(windows, first + step, groups));
}
