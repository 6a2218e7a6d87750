import { LearnError, type Matrix, type Table } from '@trainyard/data';
import type { Encoder, InputDescription } from './encoders/encoder.js';

/** One thing to score: features by name, or all features in the order of `Pipeline.inputs`. */
export type Instance = Readonly<Record<string, unknown>> | readonly unknown[];

/** What is saved of a pipeline: plain data, readable in any language. */
export interface PipelineState {
  readonly format: 'trainyard.pipeline';
  readonly version: 1;
  readonly features: readonly object[];
  readonly warnings: readonly string[];
}

/**
 * A fitted, unchanging way from raw features to a matrix `n x names.length`. The same value gives the same numbers
 * whether it comes from a table or from a request.
 */
export class Pipeline {
  /** The features it takes, in the order that instances given as arrays must have. */
  readonly inputs: readonly string[];
  /** The columns of the matrix it makes. */
  readonly names: readonly string[];
  readonly categorical: readonly boolean[];
  private readonly offsets: readonly number[];
  private readonly indexOf: ReadonlyMap<string, number>;
  private readonly missingRow: Float32Array;

  constructor(
    private readonly encoders: readonly Encoder[],
    /** What was left out in fitting and why. */
    readonly warnings: readonly string[] = [],
  ) {
    this.inputs = encoders.map((encoder) => encoder.input);
    this.names = encoders.flatMap((encoder) => encoder.outputs);
    this.categorical = encoders.flatMap((encoder) => encoder.outputs.map(() => encoder.categorical));
    this.indexOf = new Map(this.inputs.map((name, k) => [name, k]));
    this.missingRow = new Float32Array(this.names.length);
    const offsets: number[] = [];
    let offset = 0;
    for (const encoder of encoders) {
      offsets.push(offset);
      encoder.writeMissing(this.missingRow, offset);
      offset += encoder.outputs.length;
    }
    this.offsets = offsets;
  }

  /**
   * The matrix of the given rows (default: all). A feature whose column the table lacks is missing throughout; columns
   * that are no feature are ignored. Throws FEATURE_INVALID when a column's type is not the feature's.
   */
  transform(table: Table, rows?: Uint32Array): Matrix {
    const chosen = rows ?? Uint32Array.from({ length: table.rows }, (_, i) => i);
    const cols = this.names.length;
    const data = new Float32Array(chosen.length * cols);
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    this.encoders.forEach((encoder, k) => {
      const at = this.offsets[k]!;
      const column = columns.get(encoder.input);
      if (column) encoder.writeColumn(column, chosen, data, cols, at);
      else for (let i = 0; i < chosen.length; i++) encoder.writeMissing(data, at + i * cols);
    });
    return this.matrix(chosen.length, data);
  }

  /**
   * The matrix of a request's instances. A feature that is left out or null is missing.
   * Throws FEATURE_UNKNOWN or FEATURE_INVALID; `where.row` is the instance's index, counted from 0.
   */
  transformInstances(instances: readonly Instance[]): Matrix {
    const cols = this.names.length;
    const data = new Float32Array(instances.length * cols);
    for (let row = 0; row < instances.length; row++) {
      const instance = instances[row]!;
      const at = row * cols;
      if (Array.isArray(instance)) this.writeArray(instance, row, data, at);
      else if (typeof instance === 'object' && instance !== null) {
        this.writeObject(instance as Readonly<Record<string, unknown>>, row, data, at);
      } else throw this.notAnInstance(row);
    }
    return this.matrix(instances.length, data);
  }

  /** What each input may be, for forms and API documents. */
  describeInputs(): InputDescription[] {
    return this.encoders.filter((encoder) => encoder.outputs.length > 0).map((encoder) => encoder.describe());
  }

  toJSON(): PipelineState {
    const features = this.encoders.map((encoder) => encoder.toJSON());
    return { format: 'trainyard.pipeline', version: 1, features, warnings: this.warnings };
  }

  private matrix(rows: number, data: Float32Array): Matrix {
    return { rows, cols: this.names.length, data, names: this.names, categorical: this.categorical };
  }

  private writeObject(instance: Readonly<Record<string, unknown>>, row: number, data: Float32Array, at: number): void {
    data.set(this.missingRow, at);
    for (const name in instance) {
      const k = this.indexOf.get(name);
      if (k === undefined) throw this.unknown(name, row);
      const encoder = this.encoders[k]!;
      const value = instance[name];
      if (!encoder.writeValue(value, data, at + this.offsets[k]!)) throw invalid(encoder, value, row);
    }
  }

  private writeArray(instance: readonly unknown[], row: number, data: Float32Array, at: number): void {
    if (instance.length !== this.encoders.length) {
      const words =
        `Instance ${row} has ${instance.length} values where the model has ${this.encoders.length} features ` +
        `(${this.inputs.join(', ')}); give one value for each, null where it is missing.`;
      throw new LearnError('FEATURE_INVALID', words, { row });
    }
    for (let k = 0; k < instance.length; k++) {
      const encoder = this.encoders[k]!;
      if (!encoder.writeValue(instance[k], data, at + this.offsets[k]!)) throw invalid(encoder, instance[k], row);
    }
  }

  private unknown(name: string, row: number): LearnError {
    const words = `Instance ${row} has a feature "${name}" that the model does not know; its features are ${this.inputs.join(', ')}.`;
    return new LearnError('FEATURE_UNKNOWN', words, { field: name, row });
  }

  private notAnInstance(row: number): LearnError {
    const words = `Instance ${row} must be an object of features by name or an array of their values.`;
    return new LearnError('FEATURE_INVALID', words, { row });
  }
}

function invalid(encoder: Encoder, value: unknown, row: number): LearnError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  const words = `Feature "${encoder.input}" of instance ${row} is ${shown}; it must be ${encoder.accepts}, or null when missing.`;
  return new LearnError('FEATURE_INVALID', words, { field: encoder.input, row });
}
