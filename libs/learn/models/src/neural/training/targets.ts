import { type Dataset, predictsValues } from '@trainyard/data';

/** Values are learnt as they lie around their mean, in standard deviations: one of each for every value of a row. */
export interface TargetScale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Of the weighted training rows; a constant target has deviation 1. */
export function targetScale({ task, y, weight, outputs = [''] }: Dataset): TargetScale {
  const width = outputs.length;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width).fill(1);
  if (!predictsValues(task)) return { mean, deviation };
  for (let j = 0; j < width; j++) {
    let total = 0;
    let sum = 0;
    for (let i = j, row = 0; i < y.length; i += width, row++) {
      const w = weight?.[row] ?? 1;
      total += w;
      sum += w * y[i]!;
    }
    mean[j] = sum / total;
    let squares = 0;
    for (let i = j, row = 0; i < y.length; i += width, row++) squares += (weight?.[row] ?? 1) * (y[i]! - mean[j]!) ** 2;
    const spread = Math.sqrt(squares / total);
    if (spread > 0 && Number.isFinite(spread)) deviation[j] = spread;
  }
  return { mean, deviation };
}

/** The weight of each row, 1 in the mean: its sample weight, times n / (k n_c) of its class when classes are balanced. */
export function rowWeights({ x, y, weight, classes }: Dataset, balanced: boolean): Float32Array {
  const weights = Float64Array.from({ length: x.rows }, (_, i) => weight?.[i] ?? 1);
  if (balanced && classes) {
    const totals = new Float64Array(classes.length);
    for (let i = 0; i < y.length; i++) totals[y[i]!]! += weights[i]!;
    for (let i = 0; i < y.length; i++) weights[i]! /= totals[y[i]!]! || 1;
  }
  const mean = weights.reduce((sum, each) => sum + each, 0) / weights.length;
  return Float32Array.from(weights, (each) => each / mean);
}
