import type { Predictions } from '../model.js';

/** Predictions from votes for classes, row-major `n x classes`; each row's votes become shares in place. */
export function fromVotes(votes: Float64Array, classes: number): Predictions {
  const values = new Float64Array(votes.length / classes);
  for (let i = 0; i < values.length; i++) {
    const row = votes.subarray(i * classes, (i + 1) * classes);
    const total = row.reduce((sum, count) => sum + count, 0);
    for (let c = 0; c < classes; c++) {
      row[c]! /= total;
      if (row[c]! > row[values[i]!]!) values[i] = c;
    }
  }
  return { values, probabilities: votes, classes };
}
