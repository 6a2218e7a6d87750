import type { Split } from '@trainyard/data';
import type { TrainPlan } from './plan.js';
import type { PreparedData } from './prepare.js';

const BY_TIME: readonly string[] = ['time_series', 'walk_forward', 'purged'];

/**
 * Split by time, windows of a forecast still have steps in common with those that are tested: training loses the windows any of whose
 * steps lies between the first and the last step that are tested (purging; Lopez de Prado 2018, chapter 7).
 */
export function withoutSharedSteps({ windows, keys }: PreparedData, plan: TrainPlan, split: Split): Split {
  const first = windows?.firstTime;
  const last = keys.time;
  if (!first || !last || !BY_TIME.includes(plan.validation.strategy) || split.test.length === 0) return split;
  let begin = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const row of split.test) {
    begin = Math.min(begin, first[row]!);
    end = Math.max(end, last[row]!);
  }
  return { ...split, train: split.train.filter((row) => last[row]! < begin || first[row]! > end) };
}
