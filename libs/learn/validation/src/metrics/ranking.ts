/**
 * Rows ranked by score, best first, with tied scores together: after each distinct score, the weight of positives
 * (`hits`) and negatives (`alarms`) so far.
 */
export interface Ranking {
  readonly scores: Float64Array;
  readonly hits: Float64Array;
  readonly alarms: Float64Array;
}

/** `isPositive(i)` says whether row i is positive; `scores` has n entries; cost n log n. */
export function rank(scores: Float64Array, isPositive: (row: number) => boolean, weight?: Float64Array): Ranking {
  const n = scores.length;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  order.sort((a, b) => scores[b]! - scores[a]!);
  const distinct = new Float64Array(n);
  const hits = new Float64Array(n);
  const alarms = new Float64Array(n);
  let count = 0;
  let hit = 0;
  let alarm = 0;
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    const w = weight === undefined ? 1 : weight[row]!;
    if (isPositive(row)) hit += w;
    else alarm += w;
    if (i + 1 < n && scores[order[i + 1]!] === scores[row]) continue;
    distinct[count] = scores[row]!;
    hits[count] = hit;
    alarms[count++] = alarm;
  }
  return { scores: distinct.subarray(0, count), hits: hits.subarray(0, count), alarms: alarms.subarray(0, count) };
}

/** Area under the ROC curve by trapezoids; NaN unless there are positives and negatives. */
export function rocAuc({ hits, alarms }: Ranking): number {
  let area = 0;
  let hit = 0;
  let alarm = 0;
  for (let i = 0; i < hits.length; i++) {
    area += ((alarms[i]! - alarm) * (hits[i]! + hit)) / 2;
    hit = hits[i]!;
    alarm = alarms[i]!;
  }
  return hit > 0 && alarm > 0 ? area / (hit * alarm) : Number.NaN;
}

/** Average precision: the step-wise area under the precision-recall curve; NaN without positives. */
export function averagePrecision({ hits, alarms }: Ranking): number {
  let area = 0;
  let hit = 0;
  for (let i = 0; i < hits.length; i++) {
    const retrieved = hits[i]! + alarms[i]!;
    if (retrieved > 0) area += ((hits[i]! - hit) * hits[i]!) / retrieved;
    hit = hits[i]!;
  }
  return hit > 0 ? area / hit : Number.NaN;
}
