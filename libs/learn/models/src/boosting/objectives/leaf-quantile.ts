import type { BoostingEngine } from '@trainyard/kernels';
import type { ObjectiveName, ObjectiveSettings } from './objective-settings.js';
import { WeightedValues } from './weighted-quantile.js';

/** The best constants of absolute and quantile loss are quantiles. */
export interface LeafQuantile {
  readonly share: number;
  readonly residuals: WeightedValues;
}

export function weightedValues(weight: Float64Array, { interpolation }: ObjectiveSettings): WeightedValues {
  const n = weight.length;
  const whole = weight.every((w) => Number.isInteger(w));
  return new WeightedValues(new Float64Array(n), new Float64Array(n), interpolation, whole);
}

/** Nothing for losses whose gradients say how far to go. */
export function leafQuantileFor(
  name: ObjectiveName,
  settings: ObjectiveSettings,
  weight: Float64Array,
): LeafQuantile | undefined {
  if (name !== 'absolute' && name !== 'quantile') return undefined;
  return { share: name === 'absolute' ? 0.5 : settings.quantile, residuals: weightedValues(weight, settings) };
}

/** The quantile of label - score over a leaf's rows. */
export function residualQuantile({ share, residuals }: LeafQuantile, engine: BoostingEngine, leaf: number): number {
  residuals.clear();
  const { labels, scores, weights } = engine;
  for (const rows of engine.leafRows(leaf)) {
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      residuals.add(labels[row]! - scores[row]!, weights[row]!);
    }
  }
  return residuals.quantile(share);
}
