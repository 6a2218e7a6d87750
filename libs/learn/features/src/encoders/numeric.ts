import type { Column, NumericColumn } from '@trainyard/data';
import { numbersOf } from './column-values.js';
import { type Encoder, type InputDescription, toFloat32 } from './encoder.js';
import { fitScale, type Imputation, type Scale, type Scaling } from './scaling.js';

export interface NumericState {
  readonly kind: 'numeric';
  readonly name: string;
  readonly boolean: boolean;
  readonly scale: Scale;
  readonly min: number;
  readonly max: number;
  readonly example: number;
}

/** The values of the given rows that are not missing. */
export function presentValues(values: Float64Array, rows: Uint32Array): Float64Array {
  const present = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (!Number.isNaN(value)) present[count++] = value;
  }
  return present.subarray(0, count);
}

/** Fits a number or boolean column; undefined when it is missing in all given rows. */
export function fitNumeric(
  column: NumericColumn,
  rows: Uint32Array,
  scaling: Scaling,
  imputation: Imputation,
): Encoder | undefined {
  const present = presentValues(column.values, rows);
  if (present.length === 0) return undefined;
  const example = present[0]!;
  let min = example;
  let max = example;
  for (let i = 1; i < present.length; i++) {
    min = Math.min(min, present[i]!);
    max = Math.max(max, present[i]!);
  }
  const scale = fitScale(present, scaling, imputation);
  return numericEncoder({
    kind: 'numeric',
    name: column.name,
    boolean: column.boolean === true,
    scale,
    min,
    max,
    example,
  });
}

function parseNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function parseBoolean(text: string): number {
  const known: Record<string, number> = { true: 1, false: 0, '1': 1, '0': 0 };
  return known[text.toLowerCase()] ?? Number.NaN;
}

/** One output: the number, or 0 and 1 for a boolean, imputed and scaled. */
export function numericEncoder(state: NumericState): Encoder {
  const { name, boolean, scale } = state;
  const { shift, factor } = scale;
  const missing = scale.fill === null ? Number.NaN : toFloat32((scale.fill - shift) * factor);
  const accepts = boolean ? 'true or false (or 1 or 0)' : 'a number';
  const write = (value: number, out: Float32Array, at: number): void => {
    out[at] = Number.isNaN(value) ? missing : toFloat32((value - shift) * factor);
  };
  return {
    input: name,
    outputs: [name],
    categorical: false,
    accepts,
    writeMissing: (out, at) => {
      out[at] = missing;
    },
    writeValue: (value, out, at) => {
      if (value === null || value === undefined) write(Number.NaN, out, at);
      else if (boolean) {
        if (value !== true && value !== false && value !== 0 && value !== 1) return false;
        write(Number(value), out, at);
      } else if (typeof value === 'number' && Math.abs(value) !== Number.POSITIVE_INFINITY) write(value, out, at);
      else return false;
      return true;
    },
    writeColumn: (column: Column, rows, out, cols, at) => {
      const values = numbersOf(column, rows, accepts, boolean ? parseBoolean : parseNumber);
      for (let i = 0; i < rows.length; i++) write(values[rows[i]!]!, out, at + i * cols);
    },
    describe: (): InputDescription => {
      if (boolean) return { name, type: 'boolean', example: state.example === 1 };
      return { name, type: 'number', min: state.min, max: state.max, example: state.example };
    },
    toJSON: () => state,
  };
}
