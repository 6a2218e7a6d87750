import type { Random } from '@trainyard/data';
import type { Covariance, CovarianceSlopes } from '@trainyard/kernels';
import type { GaussianProcessParams } from './parameters.js';

/** A kernel: covariance of the function, a length scale for each feature, and the variance of the noise. */
export interface Hyperparameters {
  readonly covariance: Covariance;
  readonly scales: Float64Array;
  readonly noise: number;
}

/** The search stays within these, as scikit-learn's does. */
const LOWEST = Math.log(1e-5);
const HIGHEST = Math.log(1e5);

/** Kernels as vectors of logarithms: variance, shape (rational quadratic), one scale or one a feature, noise (when above 0). */
export class HyperparameterSpace {
  readonly dimension: number;
  private readonly hasShape: boolean;
  private readonly scaleCount: number;

  constructor(
    private readonly params: GaussianProcessParams,
    private readonly features: number,
    private readonly hasNoise: boolean,
  ) {
    this.hasShape = params.kernel === 'rational_quadratic';
    this.scaleCount = params.ard ? features : 1;
    this.dimension = 1 + Number(this.hasShape) + this.scaleCount + Number(hasNoise);
  }

  /** The kernel that the parameters name. */
  start(): Float64Array {
    const { constant_value, rq_alpha, length_scale, noise_level } = this.params;
    const scale = length_scale ?? Math.sqrt(this.features);
    return Float64Array.from(
      [
        constant_value,
        ...(this.hasShape ? [rq_alpha] : []),
        ...new Array<number>(this.scaleCount).fill(scale),
        ...(this.hasNoise ? [noise_level] : []),
      ],
      Math.log,
    );
  }

  /** A kernel for another start: e^-2 to e^2 about the first. */
  random(random: Random): Float64Array {
    return this.start().map((value) => value + 4 * random.next() - 2);
  }

  read(theta: Float64Array): Hyperparameters {
    const values = theta.map((value) => Math.exp(Math.max(LOWEST, Math.min(HIGHEST, value))));
    const firstScale = 1 + Number(this.hasShape);
    const scales = new Float64Array(this.features).map((_, j) => values[firstScale + (this.scaleCount === 1 ? 0 : j)]!);
    return {
      covariance: { kind: this.params.kernel, variance: values[0]!, shape: this.hasShape ? values[1]! : 1 },
      scales,
      noise: this.hasNoise ? values[this.dimension - 1]! : 0,
    };
  }

  /** The gradient by theta; 0 in entries that are at a bound. */
  gradient(theta: Float64Array, slopes: CovarianceSlopes, logNoise: number): Float64Array {
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    const all = Float64Array.from([
      slopes.logVariance,
      ...(this.hasShape ? [slopes.logShape] : []),
      ...(this.scaleCount === 1 ? [sum(slopes.logScales)] : slopes.logScales),
      ...(this.hasNoise ? [logNoise] : []),
    ]);
    return all.map((slope, i) => (theta[i]! < LOWEST || theta[i]! > HIGHEST ? 0 : slope));
  }
}
