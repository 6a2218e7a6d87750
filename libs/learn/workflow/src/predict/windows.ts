import { LearnError, type Matrix, orderWindows, rowsAhead, type Table } from '@trainyard/data';
import type { Instance, Pipeline } from '@trainyard/features';
import { keyColumn } from '../train/columns.js';
import type { SequencePlan } from '../train/plan-sequence.js';

/** One window an instance, each a list of rows, the earliest first. Throws FEATURE_INVALID, FEATURE_UNKNOWN. */
export function windowInstances(pipeline: Pipeline, { length }: SequencePlan, instances: readonly Instance[]): Matrix {
  const rows: Instance[] = [];
  instances.forEach((instance, row) => {
    if (!Array.isArray(instance) || instance.length !== length) {
      const given = Array.isArray(instance) ? `a list of ${instance.length}` : 'no list';
      const words = `Instance ${row} must be a list of ${length} rows, the earliest first, and is ${given}.`;
      throw new LearnError('FEATURE_INVALID', words, { row });
    }
    rows.push(...(instance as Instance[]));
  });
  const x = within(() => pipeline.transformInstances(rows), length);
  const ends = instances.map((_, i) => (i + 1) * length - 1);
  return { ...x, rows: instances.length, windows: { length, ends } };
}

/** Errors of rows name the instance that they are part of, and the place in it. */
function within<T>(work: () => T, length: number): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LearnError) || error.where.row === undefined) throw error;
    const { row } = error.where;
    const place = `instance ${Math.floor(row / length)}, row ${row % length} of its window`;
    const words = error.message.replace(new RegExp(`instance ${row}\\b`, 'i'), place);
    throw new LearnError(error.code, words, { ...error.where, row: Math.floor(row / length) });
  }
}

/** Gives the features of rows of a table: the windows that end with them. Throws COLUMN_NOT_FOUND, PARAMETER_INVALID. */
export function tableWindows(table: Table, sequence: SequencePlan): (pipeline: Pipeline, rows: Uint32Array) => Matrix {
  const { length } = sequence;
  const time = keyColumn(table, sequence.time, 'time')!;
  const groups = keyColumn(table, sequence.group, 'group');
  const { order, ends } = orderWindows({ length, time, pad: true, ...(groups ? { groups } : {}) });
  let all: Matrix | undefined;
  return (pipeline, rows) => {
    all ??= pipeline.transform(table, order);
    return { ...all, rows: rows.length, windows: { length, ends: Int32Array.from(rows, (row) => ends[row]!) } };
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
