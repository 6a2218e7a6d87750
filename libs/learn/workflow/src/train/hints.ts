import type { Table } from '@trainyard/data';
import type { ValidationPlan } from './plan-validation.js';
import type { TrainReport } from './report.js';

/** Scores above this are rarely true: a feature usually holds the answer. */
const TOO_GOOD = 0.9995;

/** A date column in whose order the rows already are, which a random split would mix. */
export function timeOrderHint(table: Table, features: readonly string[]): string[] {
  for (const column of table.columns) {
    if (column.kind !== 'numeric' || !column.date || !features.includes(column.name)) continue;
    const { values } = column;
    if (values.length < 2 || !(values[0]! < values.at(-1)!)) continue;
    if (values.every((value, i) => i === 0 || value >= values[i - 1]!)) {
      return [
        `The rows are in order of "${column.name}", but are split at random: name it in dataset.time to test on the latest.`,
      ];
    }
  }
  return [];
}

/** Windows that overlap have rows in common: mixed at random, those of the test share rows with those learnt from. */
export function overlapHint({ strategy }: Pick<ValidationPlan, 'strategy'>): string[] {
  if (!['holdout', 'kfold', 'stratified', 'monte_carlo'].includes(strategy)) return [];
  return [
    `Windows overlap, and the strategy "${strategy}" splits them at random: those that are tested share rows with those learnt from, so the metrics are too good. Use time_series, or group.`,
  ];
}

/** A model that is never wrong has usually been told: by one column, on which it leans more than on all others together. */
export function leakageHint({ metrics, importance }: Pick<TrainReport, 'metrics' | 'importance'>): string[] {
  const total = Object.values(importance).reduce((sum, share) => sum + share, 0);
  for (const metric of ['roc_auc', 'r2']) {
    const value = metrics[metric];
    const first = Object.keys(importance)[0];
    if (value === undefined || value < TOO_GOOD || first === undefined) continue;
    if (importance[first]! < total / 2) continue;
    return [
      `${metric} is ${value.toFixed(4)}, which is almost too good: exclude "${first}" if it is only known afterwards.`,
    ];
  }
  return [];
}
