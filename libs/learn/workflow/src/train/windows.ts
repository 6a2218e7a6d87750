import { orderWindows, rowsAhead, type SplitKeys, type WindowOrder } from '@trainyard/data';
import type { SequencePlan } from './plan-sequence.js';

/** The windows of a table, each known by its last row, and what is to be foretold from it. */
export interface TableWindows extends SequencePlan {
  readonly order: WindowOrder;
  /** By the last row of a window: the row whose target it is to foretell, the last of a forecast; -1 where there is none. */
  readonly ahead: Int32Array;
  /** Of a forecast: the same for each step. */
  readonly each: readonly Int32Array[];
  /** Of a forecast of several steps, by the last row of a window: the time of the first step. */
  readonly firstTime?: Float64Array;
}

interface Columns {
  readonly keys: SplitKeys;
  /** Row-major, `width` a row. */
  readonly y: Float64Array;
  readonly width: number;
  readonly weight?: Float64Array;
}

/** Throws TOO_FEW_ROWS, PARAMETER_INVALID. */
export function windowsOf(sequence: SequencePlan, { time, groups }: SplitKeys, warnings: string[]): TableWindows {
  const { length, least = length } = sequence;
  const order = orderWindows({ length, least, time: time!, ...(groups ? { groups } : {}) });
  if (order.shortSeries > 0) {
    warnings.push(`${order.shortSeries} series are shorter than a window of ${least} rows and are left out.`);
  }
  const ahead = (rows: number) => rowsAhead(order, rows, groups);
  const each = Array.from({ length: sequence.steps ?? 0 }, (_, step) => ahead(step + 1));
  const firstTime =
    each.length > 1 ? Float64Array.from(each[0]!, (row) => (row < 0 ? Number.NaN : time![row]!)) : undefined;
  return {
    ...sequence,
    ...(firstTime ? { firstTime } : {}),
    order,
    ahead: each.at(-1) ?? ahead(sequence.horizon),
    each,
  };
}

/**
 * Targets, weights and keys by the last row of each window: those of the row that is foretold. A split by time so goes by the
 * target's time, and no training window has a target from the time that is held out.
 */
export function atTargets({ ahead, each }: TableWindows, { keys, y, width, weight }: Columns): Columns {
  const shifted = (values: ArrayLike<number>) =>
    Float64Array.from(ahead, (row) => (row < 0 ? Number.NaN : values[row]!));
  const from = each.length > 0 ? each : [ahead];
  const target = new Float64Array(ahead.length * from.length * width);
  for (let i = 0, at = 0; i < ahead.length; i++) {
    for (const rows of from) {
      for (let j = 0; j < width; j++) target[at++] = rows[i]! < 0 ? Number.NaN : y[rows[i]! * width + j]!;
    }
  }
  const { groups, time } = keys;
  return {
    ...{ y: target, width: from.length * width },
    ...(weight ? { weight: shifted(weight) } : {}),
    keys: {
      ...(keys.labels ? { labels: target } : {}),
      ...(groups ? { groups } : {}),
      ...(time ? { time: shifted(time) } : {}),
    },
  };
}
