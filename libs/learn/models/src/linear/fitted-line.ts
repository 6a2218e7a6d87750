import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import type { FeatureImportance, Predictions } from '../model.js';
import { standardDeviations } from './column-statistics.js';

/** What any linear regression is once it is fitted: a weighted sum of the features and a constant. */
export class FittedLine {
  constructor(
    readonly names: readonly string[],
    /** f coefficients, then the intercept. */
    readonly coefficients: Float64Array,
    /** Spread of each feature in training: importance is coefficient times spread. */
    readonly deviations: Float64Array,
  ) {}

  static of({ x, weight }: Dataset, coefficients: Float64Array): FittedLine {
    return new FittedLine(x.names, coefficients, standardDeviations(x, weight));
  }

  /** Throws FEATURE_INVALID when the columns are not the fit's or a value is missing. */
  predict(x: Matrix): Predictions {
    checkColumns(x, this.names.length);
    const { coefficients } = this;
    const { data, rows, cols } = x;
    const values = new Float64Array(rows);
    for (let i = 0, begin = 0; i < rows; i++, begin += cols) {
      let sum = coefficients[cols]!;
      for (let j = 0; j < cols; j++) sum += coefficients[j]! * data[begin + j]!;
      values[i] = sum;
      if (Number.isNaN(sum)) checkFiniteMatrix(x);
    }
    return { values };
  }

  importance(): FeatureImportance {
    const { coefficients, names, deviations } = this;
    return { names, gain: deviations.map((deviation, j) => Math.abs(coefficients[j]!) * deviation) };
  }

  /** Weighted mean squared error. */
  meanSquaredError({ x, y, weight }: Dataset): number {
    const { values } = this.predict(x);
    let sum = 0;
    let total = 0;
    for (let i = 0; i < values.length; i++) {
      const w = weight === undefined ? 1 : weight[i]!;
      sum += w * (y[i]! - values[i]!) ** 2;
      total += w;
    }
    return sum / total;
  }

  arrays(): Pick<FittedLine, 'coefficients' | 'deviations'> {
    return { coefficients: this.coefficients, deviations: this.deviations };
  }

  /** Throws ARTIFACT_INVALID. */
  static read(artifact: ModelArtifact): FittedLine {
    const { names } = artifact.manifest;
    if (!Array.isArray(names) || names.some((name) => typeof name !== 'string')) {
      throw new LearnError('ARTIFACT_INVALID', `"${artifact.format}" needs the names of its features.`);
    }
    const coefficients = arrayOf(artifact, 'coefficients', Float64Array, names.length + 1);
    return new FittedLine(names, coefficients, arrayOf(artifact, 'deviations', Float64Array, names.length));
  }
}
