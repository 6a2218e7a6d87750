import { LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';
import type { Predictions } from '../model.js';
import { fromVotes } from '../votes.js';
import { Member } from './member.js';
import { nested } from './nested-artifact.js';
import { metaFeatures, stackPredictions } from './stack-predictions.js';

/** How what the members say becomes one answer. */
export type Combination =
  /** Weighted mean of class probabilities or values. */
  | { readonly kind: 'mean'; readonly weights: Float64Array }
  /** Weighted votes for classes: a class's probability is its share of them. */
  | { readonly kind: 'votes'; readonly weights: Float64Array }
  /** A model over what they say, and over the original columns too when `passthrough`. */
  | { readonly kind: 'meta'; readonly final: Member; readonly passthrough: boolean };

/** The ensemble's answer for the rows of `x`. `classes` is 0 for regression. */
export function combine(combination: Combination, members: readonly Member[], x: Matrix, classes: number): Predictions {
  if (combination.kind === 'meta') {
    const said = members.map((member) => stackPredictions(member.predict(x)));
    const names = members.map(({ name }) => name);
    return combination.final.predict(metaFeatures(said, names, x.rows, combination.passthrough ? x : undefined));
  }
  const width = classes || 1;
  const sums = new Float64Array(x.rows * width);
  members.forEach((member, m) => {
    const weight = combination.weights[m]!;
    if (weight === 0) return;
    const predictions = member.predict(x);
    if (combination.kind === 'votes') {
      for (let i = 0; i < x.rows; i++) sums[i * width + predictions.values[i]!]! += weight;
      return;
    }
    const said = stackPredictions(predictions);
    for (let i = 0; i < sums.length; i++) sums[i]! += weight * said[i]!;
  });
  return classes === 0 ? { values: sums } : fromVotes(sums, classes);
}

/** Reads a combination back. Throws ARTIFACT_INVALID. */
export function readCombination(artifact: ModelArtifact, members: number, columns: number): Combination {
  const { combination: kind, passthrough } = artifact.manifest as { combination: string; passthrough?: boolean };
  if (kind === 'meta') {
    const final = nested(artifact, 'final');
    const width = arrayOf(nested(final, 'input'), 'indicators', Int32Array).length;
    if (passthrough && width <= columns) throw invalid('its final estimator does not take the original columns');
    return { kind, final: Member.load(final, width), passthrough: passthrough === true };
  }
  if (kind !== 'mean' && kind !== 'votes') throw invalid(`"${kind}" is no way to combine members`);
  const weights = arrayOf(artifact, 'weights', Float64Array, members);
  if (weights.some((w) => !(w >= 0 && w < Number.POSITIVE_INFINITY)) || !weights.some((w) => w > 0)) {
    throw invalid('its weights are negative, not finite or all 0');
  }
  return { kind, weights };
}

const invalid = (reason: string) => new LearnError('ARTIFACT_INVALID', `This ensemble cannot be used: ${reason}.`);
