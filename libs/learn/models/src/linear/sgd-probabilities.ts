import { sigmoid } from './scores.js';
import type { SgdLossName } from './sgd-parameters.js';

/** The probability that a score stands for, where its loss has one. */
function probability(score: number, loss: SgdLossName): number {
  return loss === 'log_loss' ? sigmoid(score) : Math.min(1, Math.max(0, (score + 1) / 2));
}

/**
 * Writes the probabilities of one row (one entry a class) from its scores, and returns the class of the highest score. One score is
 * that of class 1 of two. Losses without probabilities give the class of the highest score 1.
 */
export function oneVersusRest(scores: Float64Array, loss: SgdLossName, probabilities: Float64Array): number {
  const known = loss === 'log_loss' || loss === 'modified_huber';
  if (scores.length === 1) {
    const label = scores[0]! > 0 ? 1 : 0;
    const p = known ? probability(scores[0]!, loss) : label;
    probabilities[0] = 1 - p;
    probabilities[1] = p;
    return label;
  }
  let label = 0;
  let total = 0;
  for (let c = 0; c < scores.length; c++) {
    if (scores[c]! > scores[label]!) label = c;
    probabilities[c] = known ? probability(scores[c]!, loss) : 0;
    total += probabilities[c]!;
  }
  if (!known) probabilities[label] = 1;
  else if (total === 0) probabilities.fill(1 / scores.length);
  else for (let c = 0; c < scores.length; c++) probabilities[c]! /= total;
  return label;
}
