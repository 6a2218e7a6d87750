import type { CategoricalColumn, NumericColumn } from './table.js';

const FIRST_CAPACITY = 65_536;

/** Collects a numeric column chunk by chunk. Give the number of rows when it is known: then nothing is ever copied. */
export class NumericBuilder {
  private values: Float64Array;
  private length = 0;

  constructor(
    private readonly name: string,
    private readonly flags: { date?: boolean; boolean?: boolean },
    rows = FIRST_CAPACITY,
  ) {
    this.values = new Float64Array(rows);
  }

  /** Room for `count` more values; write them and they are part of the column. NaN is missing. */
  extend(count: number): Float64Array {
    const end = this.length + count;
    if (end > this.values.length) {
      const larger = new Float64Array(Math.max(end, this.values.length * 2));
      larger.set(this.values.subarray(0, this.length));
      this.values = larger;
    }
    const room = this.values.subarray(this.length, end);
    this.length = end;
    return room;
  }

  finish(): NumericColumn {
    const values = this.length === this.values.length ? this.values : this.values.slice(0, this.length);
    return { kind: 'numeric', name: this.name, values, ...this.flags };
  }
}

/** Collects a column of strings as codes into a dictionary, which is ordered by first appearance. */
export class CategoryBuilder {
  private codes: Int32Array;
  private length = 0;
  private readonly codeOf = new Map<string, number>();

  constructor(
    private readonly name: string,
    rows = FIRST_CAPACITY,
  ) {
    this.codes = new Int32Array(rows);
  }

  /** Room for the codes of `count` more values; -1 is missing. */
  extend(count: number): Int32Array {
    const end = this.length + count;
    if (end > this.codes.length) {
      const larger = new Int32Array(Math.max(end, this.codes.length * 2));
      larger.set(this.codes.subarray(0, this.length));
      this.codes = larger;
    }
    const room = this.codes.subarray(this.length, end);
    this.length = end;
    return room;
  }

  /** The code of a string, new or known; -1 for null. */
  code(value: string | null | undefined): number {
    if (value === null || value === undefined) return -1;
    const known = this.codeOf.get(value);
    if (known !== undefined) return known;
    const code = this.codeOf.size;
    this.codeOf.set(value, code);
    return code;
  }

  finish(): CategoricalColumn {
    const codes = this.length === this.codes.length ? this.codes : this.codes.slice(0, this.length);
    return { kind: 'categorical', name: this.name, codes, categories: [...this.codeOf.keys()] };
  }
}
