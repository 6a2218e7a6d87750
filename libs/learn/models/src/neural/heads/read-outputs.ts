import type { Predictions } from '../../model.js';
import { type Head, widthOf } from './head.js';

/**
 * What the outputs of networks that answer together mean, `n x width` each: the mean of their probabilities, values or scores.
 * `threshold`: scores above it are anomalies.
 */
export function readOutputs(
  members: readonly Float32Array[],
  rows: number,
  head: Head,
  threshold = Number.POSITIVE_INFINITY,
): Predictions {
  if (head.kind === 'classes') return readClasses(members, rows, head.classes);
  const { values: width, scale } = head;
  const values = new Float64Array(rows * width);
  for (const outputs of members) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) {
        values[i * width + j]! += scale.mean[j]! + scale.deviation[j]! * centreOf(head, outputs, i, j);
      }
    }
  }
  if (members.length > 1) for (let i = 0; i < values.length; i++) values[i]! /= members.length;
  if (head.kind === 'score') return { values: values.map((score) => Number(score > threshold)), scores: values };
  return { values, ...(width > 1 ? { outputs: width } : {}) };
}

/** The mean, or of quantiles the median, in deviations: of value j of a row. */
export function centreOf(head: Head, outputs: Float32Array, row: number, j: number): number {
  const at = row * widthOf(head);
  return head.kind === 'quantiles' ? quantileOf(head, outputs, row, j, 0.5) : outputs[at + j]!;
}

/** A quantile of value j of a row, in deviations. Quantiles never cross: they are taken in ascending order. */
export function quantileOf({ quantiles, values }: Head, outputs: Float32Array, row: number, j: number, p: number) {
  const count = quantiles.length;
  const at = (row * values + j) * count;
  const known = outputs.slice(at, at + count).sort();
  return quantileShares(quantiles, p).reduce((sum, share, i) => sum + share * known[i]!, 0);
}

/** How much of each learnt quantile makes that of p: between two of them in proportion, beyond them the outermost. */
export function quantileShares(quantiles: readonly number[], p: number): number[] {
  const shares = quantiles.map(() => 0);
  const above = quantiles.findIndex((q) => q >= p - 1e-9);
  if (above < 0) shares[quantiles.length - 1] = 1;
  else if (above === 0 || quantiles[above]! - p < 1e-9) shares[above] = 1;
  else {
    const share = (p - quantiles[above - 1]!) / (quantiles[above]! - quantiles[above - 1]!);
    shares[above - 1] = 1 - share;
    shares[above] = share;
  }
  return shares;
}

function readClasses(members: readonly Float32Array[], rows: number, classes: number): Predictions {
  const probabilities = new Float64Array(rows * classes);
  for (const outputs of members) {
    for (let i = 0; i < rows; i++) addSoftmax(outputs, probabilities, i * classes, classes);
  }
  if (members.length > 1) for (let i = 0; i < probabilities.length; i++) probabilities[i]! /= members.length;
  const values = new Float64Array(rows);
  const by: ArrayLike<number> = members.length > 1 ? probabilities : members[0]!;
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (by[i * classes + c]! > by[i * classes + best]!) best = c;
    values[i] = best;
  }
  return { values, probabilities, classes };
}

function addSoftmax(outputs: Float32Array, sums: Float64Array, at: number, classes: number): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = at; c < at + classes; c++) largest = Math.max(largest, outputs[c]!);
  let total = 0;
  for (let c = at; c < at + classes; c++) total += Math.exp(outputs[c]! - largest);
  for (let c = at; c < at + classes; c++) sums[c]! += Math.exp(outputs[c]! - largest) / total;
}
