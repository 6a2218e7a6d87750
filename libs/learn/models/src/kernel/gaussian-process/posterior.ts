import type { Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf } from '../../artifact-fields.js';
import { covarianceAt, covariancesWith, scaledPoints } from './covariance.js';
import type { Hyperparameters } from './hyperparameters.js';
import { LANES, solveTriangle } from './triangle.js';

/** What a Gaussian process believes about its function after seeing data. */
export interface PosteriorParts {
  readonly hyperparameters: Hyperparameters;
  /** The points that predictions lean on (`m x f`): training rows, or inducing points. */
  readonly points: Float32Array;
  /** One entry a point: the mean at x is the sum of these times the covariances of x with the points. */
  readonly dual: Float64Array;
  /** Packed factor L: the variance at x is reduced by |L^-1 (r k(x))|^2. */
  readonly factor: Float64Array;
  /** r: one entry a point; none means 1 (Laplace approximation only). */
  readonly roots?: Float64Array;
  /** Sparse only: the packed factor M, by which |M^-1 L^-1 k(x)|^2 of variance comes back. */
  readonly correction?: Float64Array;
}

/** Latent means, and variances when asked for, one entry a row. */
export interface Latent {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Predictions of the latent function, in plain TypeScript: m f operations a row for the mean, m^2 more for the variance. */
export class Posterior {
  private readonly scaled: Float64Array;

  constructor(
    readonly parts: PosteriorParts,
    private readonly features: number,
  ) {
    const { points, dual, hyperparameters } = parts;
    const matrix = { data: points, rows: dual.length, cols: features, names: [] };
    this.scaled = scaledPoints(matrix, hyperparameters.scales);
  }

  mean(x: Matrix): Float64Array {
    return this.each(x, (k) => this.meanOf(k));
  }

  latent(x: Matrix): Latent {
    const { factor, roots, correction, hyperparameters, dual } = this.parts;
    const prior = covarianceAt(hyperparameters.covariance, 0);
    const variance = new Float64Array(x.rows);
    const sides = new Float64Array(dual.length * LANES);
    const [explained, returned] = [new Float64Array(LANES), new Float64Array(LANES)];
    let row = 0;
    const mean = this.each(x, (k) => {
      const lane = row % LANES;
      for (let i = 0; i < k.length; i++) sides[i * LANES + lane] = roots ? roots[i]! * k[i]! : k[i]!;
      row++;
      if (lane === LANES - 1 || row === x.rows) {
        solveTriangle(factor, sides, explained);
        if (correction) solveTriangle(correction, sides, returned);
        for (let l = 0; l <= lane; l++) {
          variance[row - 1 - lane + l] = Math.max(0, prior - explained[l]! + returned[l]!);
        }
      }
      return this.meanOf(k);
    });
    return { mean, variance };
  }

  /** Arrays of an artifact, their names ending in `suffix`; the kernel goes into the manifest. */
  save(suffix = ''): { manifest: Record<string, unknown>; arrays: Record<string, Float64Array> } {
    const { dual, factor, roots, correction, hyperparameters } = this.parts;
    const { covariance, scales, noise } = hyperparameters;
    const named = { dual, factor, scales, ...(roots ? { roots } : {}), ...(correction ? { correction } : {}) };
    const arrays = Object.fromEntries(Object.entries(named).map(([name, array]) => [name + suffix, array]));
    return { manifest: { covariance, noise }, arrays };
  }

  /** Throws ARTIFACT_INVALID. */
  static read(
    artifact: ModelArtifact,
    { covariance, noise }: Pick<Hyperparameters, 'covariance' | 'noise'>,
    features: number,
    suffix = '',
  ): Posterior {
    const dual = arrayOf(artifact, `dual${suffix}`, Float64Array);
    const m = dual.length;
    const optional = (name: 'roots' | 'correction', length: number) =>
      artifact.arrays[name + suffix] === undefined
        ? {}
        : { [name]: arrayOf(artifact, name + suffix, Float64Array, length) };
    const parts = {
      dual,
      points: arrayOf(artifact, 'points', Float32Array, m * features),
      factor: arrayOf(artifact, `factor${suffix}`, Float64Array, (m * (m + 1)) / 2),
      hyperparameters: { covariance, noise, scales: arrayOf(artifact, `scales${suffix}`, Float64Array, features) },
      ...optional('roots', m),
      ...optional('correction', (m * (m + 1)) / 2),
    };
    return new Posterior(parts, features);
  }

  private each(x: Matrix, value: (covariances: Float64Array) => number): Float64Array {
    const { hyperparameters, dual } = this.parts;
    const from = scaledPoints(x, hyperparameters.scales);
    const k = new Float64Array(dual.length);
    const values = new Float64Array(x.rows);
    for (let i = 0; i < x.rows; i++) {
      const at = i * this.features;
      covariancesWith(hyperparameters.covariance, from, at, this.scaled, this.features, k.length, k);
      values[i] = value(k);
    }
    return values;
  }

  private meanOf(k: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < k.length; i++) sum += k[i]! * this.parts.dual[i]!;
    return sum;
  }
}
