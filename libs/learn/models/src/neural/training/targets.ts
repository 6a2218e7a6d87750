import type { Dataset } from '@trainyard/data';

/** Values are learnt as they lie around their mean, in standard deviations. */
export interface TargetScale {
  readonly mean: number;
  readonly deviation: number;
}

/** Of the weighted training rows; a constant target has deviation 1. */
export function targetScale({ task, y, weight }: Dataset): TargetScale {
  if (task !== 'regression') return { mean: 0, deviation: 1 };
  let total = 0;
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight?.[i] ?? 1;
    total += w;
    sum += w * y[i]!;
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < y.length; i++) squares += (weight?.[i] ?? 1) * (y[i]! - mean) ** 2;
  const deviation = Math.sqrt(squares / total);
  return { mean, deviation: deviation > 0 && Number.isFinite(deviation) ? deviation : 1 };
}

/** The weight of each row, 1 in the mean: its sample weight, times n / (k n_c) of its class when classes are balanced. */
export function rowWeights({ y, weight, classes }: Dataset, balanced: boolean): Float32Array {
  const weights = Float64Array.from(y, (_, i) => weight?.[i] ?? 1);
  if (balanced && classes) {
    const totals = new Float64Array(classes.length);
    for (let i = 0; i < y.length; i++) totals[y[i]!]! += weights[i]!;
    for (let i = 0; i < y.length; i++) weights[i]! /= totals[y[i]!]! || 1;
  }
  const mean = weights.reduce((sum, each) => sum + each, 0) / weights.length;
  return Float32Array.from(weights, (each) => each / mean);
}
