import type { Ranking } from './ranking.js';

const MOST_POINTS = 200;
const CALIBRATION_BINS = 10;

/** Curves of a binary classifier, each of at most 200 points; entries of the arrays of one curve belong together. */
export interface Curves {
  /** From (0, 0) to (1, 1); `thresholds[i]` is the score from which on a row counts as positive (null: none does). */
  readonly roc: { readonly fpr: number[]; readonly tpr: number[]; readonly thresholds: (number | null)[] };
  readonly pr: { readonly precision: number[]; readonly recall: number[]; readonly thresholds: number[] };
  /** Ten equal bins of the predicted probability; empty ones left out. `count` is the rows' weight. */
  readonly calibration: { readonly predicted: number[]; readonly observed: number[]; readonly count: number[] };
}

/** Evenly spread indices of 0..n-1, first and last among them, at most `most`. */
function spread(n: number, most: number): number[] {
  if (n <= most) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (n - 1)) / (most - 1)));
}

export function curvesOf(
  ranking: Ranking,
  probabilities: Float64Array,
  isPositive: (row: number) => boolean,
  weight?: Float64Array,
): Curves | undefined {
  const { scores, hits, alarms } = ranking;
  const positives = hits.at(-1) ?? 0;
  const negatives = alarms.at(-1) ?? 0;
  if (!(positives > 0 && negatives > 0)) return undefined;
  const points = spread(scores.length, MOST_POINTS - 1);
  return {
    roc: {
      fpr: [0, ...points.map((i) => alarms[i]! / negatives)],
      tpr: [0, ...points.map((i) => hits[i]! / positives)],
      thresholds: [null, ...points.map((i) => scores[i]!)],
    },
    pr: {
      precision: points.map((i) => hits[i]! / (hits[i]! + alarms[i]! || 1)),
      recall: points.map((i) => hits[i]! / positives),
      thresholds: points.map((i) => scores[i]!),
    },
    calibration: calibration(probabilities, isPositive, weight),
  };
}

function calibration(
  probabilities: Float64Array,
  isPositive: (row: number) => boolean,
  weight?: Float64Array,
): Curves['calibration'] {
  const sums = new Float64Array(CALIBRATION_BINS);
  const hits = new Float64Array(CALIBRATION_BINS);
  const counts = new Float64Array(CALIBRATION_BINS);
  for (let i = 0; i < probabilities.length; i++) {
    const w = weight === undefined ? 1 : weight[i]!;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(probabilities[i]! * CALIBRATION_BINS));
    sums[bin]! += w * probabilities[i]!;
    counts[bin]! += w;
    if (isPositive(i)) hits[bin]! += w;
  }
  const used = [...counts.keys()].filter((bin) => counts[bin]! > 0);
  return {
    predicted: used.map((bin) => sums[bin]! / counts[bin]!),
    observed: used.map((bin) => hits[bin]! / counts[bin]!),
    count: used.map((bin) => counts[bin]!),
  };
}
