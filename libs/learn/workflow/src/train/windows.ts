import { orderWindows, rowsAhead, type SplitKeys, type WindowOrder } from '@trainyard/data';
import type { SequencePlan } from './plan-sequence.js';

/** The windows of a table, each known by its last row, and what is to be foretold from it. */
export interface TableWindows extends SequencePlan {
  readonly order: WindowOrder;
  /** By the last row of a window: the row whose target it is to foretell; -1 where there is no window or no such row. */
  readonly ahead: Int32Array;
}

interface Columns {
  readonly keys: SplitKeys;
  readonly y: Float64Array;
  readonly weight?: Float64Array;
}

/** Throws TOO_FEW_ROWS, PARAMETER_INVALID. */
export function windowsOf(sequence: SequencePlan, { time, groups }: SplitKeys, warnings: string[]): TableWindows {
  const order = orderWindows({ length: sequence.length, time: time!, ...(groups ? { groups } : {}) });
  if (order.shortSeries > 0) {
    warnings.push(`${order.shortSeries} series are shorter than a window of ${sequence.length} rows and are left out.`);
  }
  return { ...sequence, order, ahead: rowsAhead(order, sequence.horizon, groups) };
}

/**
 * Targets, weights and keys by the last row of each window: those of the row that is foretold. A split by time so goes by the
 * target's time, and no training window has a target from the time that is held out.
 */
export function atTargets({ ahead }: TableWindows, { keys, y, weight }: Columns): Columns {
  const shifted = (values: ArrayLike<number>) =>
    Float64Array.from(ahead, (row) => (row < 0 ? Number.NaN : values[row]!));
  const target = shifted(y);
  const { groups, time } = keys;
  return {
    y: target,
    ...(weight ? { weight: shifted(weight) } : {}),
    keys: {
      ...(keys.labels ? { labels: target } : {}),
      ...(groups ? { groups } : {}),
      ...(time ? { time: shifted(time) } : {}),
    },
  };
}
