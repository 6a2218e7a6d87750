import { LearnError, type Matrix } from '@trainyard/data';

/** The rows of a matrix as sequences of `steps` steps of `features` each. */
export class Samples {
  readonly count: number;
  readonly features: number;

  /**
   * A row of `cols` numbers is a sequence of `steps`, the earliest first. Throws PARAMETER_INVALID when they cannot be cut so.
   */
  constructor(
    private readonly x: Matrix,
    readonly steps: number,
  ) {
    this.count = x.rows;
    if (x.cols % steps !== 0) {
      throw new LearnError(
        'PARAMETER_INVALID',
        `params.seq_len is ${steps}, but the ${x.cols} columns are no multiple of it: each row must hold ${steps} steps of equally many features.`,
        { field: 'params.seq_len' },
      );
    }
    this.features = x.cols / steps;
  }

  /**
   * Writes samples `rows[from .. from + count)` into `to`, time-major: step t of the n-th at `(t * batch + n) * features`. Nothing
   * is written for the rest of the batch.
   */
  gather(rows: Uint32Array, from: number, count: number, batch: number, to: Float32Array): void {
    const { steps, features } = this;
    const { data, cols } = this.x;
    for (let n = 0; n < count; n++) {
      let at = rows[from + n]! * cols;
      let target = n * features;
      for (let t = 0; t < steps; t++, at += features, target += batch * features) {
        if (features > 16) to.set(data.subarray(at, at + features), target);
        else for (let j = 0; j < features; j++) to[target + j] = data[at + j]!;
      }
    }
  }
}
