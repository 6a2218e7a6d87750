import { LearnError, type Matrix } from '@trainyard/data';
import { inputsOf } from '../layers/network.js';

/** The samples of a matrix as sequences of `steps` steps of `features` each: windows, or rows that are cut. */
export class Samples {
  readonly count: number;
  readonly steps: number;
  readonly features: number;
  /** Whether some are shorter, and each step says with one more number whether it is there. */
  readonly masked: boolean;

  /**
   * Without windows a row of `cols` numbers is a sequence of `seqLen` steps, the earliest first. Throws PARAMETER_INVALID when they
   * cannot be cut so.
   */
  constructor(
    private readonly x: Matrix,
    seqLen: number,
    masked = x.windows?.lengths !== undefined,
  ) {
    this.count = x.rows;
    this.steps = x.windows?.length ?? seqLen;
    this.features = x.windows ? x.cols : x.cols / seqLen;
    this.masked = masked;
    if (!Number.isInteger(this.features)) {
      throw new LearnError(
        'PARAMETER_INVALID',
        `params.seq_len is ${seqLen}, but the ${x.cols} columns are no multiple of it: each row must hold ${seqLen} steps of equally many features.`,
        { field: 'params.seq_len' },
      );
    }
  }

  /**
   * Writes samples `rows[from .. from + count)` into `to`, time-major: step t of the n-th at `(t * batch + n) * inputs`. Nothing
   * is written for the rest of the batch.
   */
  gather(rows: Uint32Array, from: number, count: number, batch: number, to: Float32Array): void {
    const { steps, features, masked } = this;
    const { data, cols, windows } = this.x;
    const width = inputsOf(this);
    for (let n = 0; n < count; n++) {
      const row = rows[from + n]!;
      const missing = masked ? steps - (windows?.lengths?.[row] ?? steps) : 0;
      let at = (windows ? windows.ends[row]! - steps + 1 + missing : row) * cols;
      let target = n * width;
      for (let t = 0; t < missing; t++, target += batch * width) to.fill(0, target, target + width);
      for (let t = missing; t < steps; t++, at += features, target += batch * width) {
        if (features > 16) to.set(data.subarray(at, at + features), target);
        else for (let j = 0; j < features; j++) to[target + j] = data[at + j]!;
        if (masked) to[target + features] = 1;
      }
    }
  }
}
