import type { Dataset } from '@trainyard/data';
import { predictionLoss } from '../../prediction-loss.js';
import { type Head, widthOf } from './head.js';
import { deviationOf } from './precision.js';
import { readOutputs } from './read-outputs.js';

/** From the loss that is learnt by to the one that is reported: `unit * loss + shift`. */
export interface LossUnit {
  readonly unit: number;
  readonly shift: number;
}

/**
 * Losses are reported in the target's units: squared errors and pinball losses of one value a row, and likelihoods. Errors of several
 * values are reported in deviations of each, because their units differ.
 */
export function lossUnit({ kind, values, scale }: Head): LossUnit {
  if (kind === 'gaussian') {
    const logs = scale.deviation.reduce((sum, deviation) => sum + Math.log(deviation), 0) / values;
    return { unit: 1, shift: logs + 0.5 * Math.log(2 * Math.PI) };
  }
  if (kind === 'classes' || kind === 'score' || values > 1) return { unit: 1, shift: 0 };
  const deviation = scale.deviation[0]!;
  return { unit: kind === 'values' ? deviation ** 2 : deviation, shift: 0 };
}

/** The weighted mean of the reported loss over rows: `outputs` are `n x width`. */
export function outputLoss(head: Head, outputs: Float32Array, data: Dataset): number {
  const rows = data.x.rows;
  if (head.kind === 'classes' || (head.kind === 'values' && head.values === 1)) {
    return predictionLoss(readOutputs([outputs], rows, head), data);
  }
  let sum = 0;
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const weight = data.weight?.[i] ?? 1;
    total += weight;
    if (weight > 0) sum += weight * rowLoss(head, outputs, data.y, i);
  }
  const { unit, shift } = lossUnit(head);
  return unit * (sum / total) + shift;
}

function rowLoss(head: Head, outputs: Float32Array, y: Float64Array, row: number): number {
  const { kind, values, quantiles, scale } = head;
  const at = row * widthOf(head);
  if (kind === 'score') return outputs[at]!;
  let sum = 0;
  for (let j = 0; j < values; j++) {
    const target = (y[row * values + j]! - scale.mean[j]!) / scale.deviation[j]!;
    if (kind === 'quantiles') {
      quantiles.forEach((q, i) => {
        const error = target - outputs[at + j * quantiles.length + i]!;
        sum += (q * error + Math.max(0, -error)) / quantiles.length;
      });
      continue;
    }
    const error = target - outputs[at + j]!;
    if (kind === 'values') sum += error * error;
    else {
      const deviation = deviationOf(outputs[at + values + j]!);
      sum += 0.5 * (error / deviation) ** 2 + Math.log(deviation);
    }
  }
  return sum / values;
}
