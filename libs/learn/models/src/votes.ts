import type { Predictions } from './model.js';

/**
 * Predictions from votes or weighted probabilities, row-major `n x classes`: each row becomes shares that sum to 1, in place, and
 * the class with most is predicted, the lower one of two that are equal.
 */
export function fromVotes(votes: Float64Array, classes: number): Predictions {
  const values = new Float64Array(votes.length / classes);
  for (let i = 0; i < values.length; i++) {
    const at = i * classes;
    let sum = 0;
    let most = 0;
    for (let c = 0; c < classes; c++) {
      sum += votes[at + c]!;
      if (votes[at + c]! > votes[at + most]!) most = c;
    }
    for (let c = 0; c < classes; c++) votes[at + c]! /= sum;
    values[i] = most;
  }
  return { values, probabilities: votes, classes };
}
