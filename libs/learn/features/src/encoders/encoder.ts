import type { Column } from '@trainyard/data';

/** What a user may send for one feature. Dates are described in ISO 8601. */
export interface InputDescription {
  readonly name: string;
  readonly type: 'number' | 'boolean' | 'date' | 'category';
  /** The known categories, most frequent first, at most 200 of them. */
  readonly categories?: readonly string[];
  readonly min?: number | string;
  readonly max?: number | string;
  /** A value from the data the pipeline was fitted on. */
  readonly example: number | string | boolean | null;
}

/**
 * Turns one input feature into `outputs.length` columns of the matrix. `at` is where the feature's first output of a row
 * lies in `out`. Encoders are fitted once and then never change.
 */
export interface Encoder {
  readonly input: string;
  readonly outputs: readonly string[];
  /** True when the output is a category code. */
  readonly categorical: boolean;
  /** What `writeValue` accepts, in words that finish "must be". */
  readonly accepts: string;
  writeMissing(out: Float32Array, at: number): void;
  /** Writes one value of a request; false when its type is wrong. Null is missing. */
  writeValue(value: unknown, out: Float32Array, at: number): boolean;
  /** Writes the given rows of a column, one after the other, `cols` apart. Throws FEATURE_INVALID. */
  writeColumn(column: Column, rows: Uint32Array, out: Float32Array, cols: number, at: number): void;
  describe(): InputDescription;
  toJSON(): object;
}

/** The largest Float32; larger numbers are cut to it, because infinity would spoil every sum it enters. */
const LARGEST = 3.4028234663852886e38;

/** A number as the matrix can hold it. NaN stays NaN. */
export function toFloat32(value: number): number {
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}
