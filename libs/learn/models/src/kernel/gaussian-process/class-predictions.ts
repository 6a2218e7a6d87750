import type { Predictions } from '../../model.js';
import { meanSigmoid } from '../../normal-distribution.js';
import type { Latent } from './posterior.js';

/** Probabilities of `classes` classes from one latent function (two classes) or one for each class against the rest. */
export function classPredictions(latents: readonly Latent[], classes: number): Predictions {
  const rows = latents[0]!.mean.length;
  const probabilities = new Float64Array(rows * classes);
  const values = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    latents.forEach(({ mean, variance }, c) => {
      row[classes === 2 ? 1 : c] = meanSigmoid(mean[i]!, variance[i]!);
    });
    if (classes === 2) row[0] = 1 - row[1]!;
    const total = row.reduce((a, b) => a + b);
    for (let c = 0; c < classes; c++) row[c]! /= total;
    values[i] = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  }
  return { values, probabilities, classes };
}
