import { createReadStream } from 'node:fs';
import { DataType, type Field, RecordBatchReader, type Vector } from 'apache-arrow';
import { CategoryBuilder, NumericBuilder } from './column-builder.js';
import { LearnError } from './errors.js';
import type { ReadOptions } from './read-options.js';
import type { Table } from './table.js';
import { columnNotFound, duplicateColumn } from './table-columns.js';

type Builder = NumericBuilder | CategoryBuilder;
type Append = (vector: Vector, count: number) => void;

/** Reads one Arrow value as a number; NaN for null. */
type ToNumber = (value: unknown) => number;

function numberReader(field: Field): { read: ToNumber; flags: { date?: boolean; boolean?: boolean } } | undefined {
  const { type } = field;
  if (DataType.isInt(type) || DataType.isFloat(type)) return { read: Number, flags: {} };
  if (DataType.isBool(type)) return { read: Number, flags: { boolean: true } };
  // apache-arrow hands out dates and timestamps as milliseconds whatever their unit.
  if (DataType.isDate(type) || DataType.isTimestamp(type)) return { read: Number, flags: { date: true } };
  if (DataType.isTime(type)) {
    const perMillisecond = [1e-3, 1, 1e3, 1e6][type.unit]!;
    return { read: (value) => Number(value) / perMillisecond, flags: { date: true } };
  }
  if (DataType.isDecimal(type)) {
    const scale = 10 ** type.scale;
    return { read: (value) => Number(decimalInteger(value as Uint32Array)) / scale, flags: {} };
  }
  if (DataType.isNull(type)) return { read: () => Number.NaN, flags: {} };
  return undefined;
}

/** A two's complement integer in 32-bit words, lowest first. */
function decimalInteger(words: Uint32Array): bigint {
  let value = 0n;
  for (let k = words.length - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[k]!);
  return BigInt.asIntN(words.length * 32, value);
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function planColumn(field: Field): { builder: Builder; append: Append } {
  const numeric = numberReader(field);
  if (numeric) {
    const builder = new NumericBuilder(field.name, numeric.flags);
    const append: Append = (vector, count) => {
      const room = builder.extend(count);
      for (let i = 0; i < count; i++) {
        const value: unknown = vector.get(i);
        room[i] = value === null ? Number.NaN : numeric.read(value);
      }
    };
    return { builder, append };
  }
  const builder = new CategoryBuilder(field.name);
  const append: Append = (vector, count) => {
    const room = builder.extend(count);
    for (let i = 0; i < count; i++) {
      const value: unknown = vector.get(i);
      room[i] = builder.code(value === null || value === undefined ? null : asText(value));
    }
  };
  return { builder, append };
}

function chooseFields(fields: readonly Field[], options: ReadOptions, file: string): number[] {
  const names = fields.map((field) => field.name);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) throw duplicateColumn(file, twice);
  if (!options.columns) return names.map((_, k) => k);
  return options.columns.map((name) => {
    const index = names.indexOf(name);
    if (index < 0) throw columnNotFound(name, names, file);
    return index;
  });
}

/** Reads an Arrow IPC file or stream (Feather version 2), batch by batch. */
export async function readArrow(file: string, options: ReadOptions): Promise<Table> {
  const reader = await RecordBatchReader.from(createReadStream(file));
  await reader.open();
  const chosen = chooseFields(reader.schema.fields, options, file);
  const plans = chosen.map((index) => planColumn(reader.schema.fields[index]!));
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let rows = 0;
  for await (const batch of reader) {
    if (options.signal?.aborted) throw new LearnError('ABORTED', `Reading ${file} was cancelled.`, { file });
    const count = Math.min(batch.numRows, limit - rows);
    chosen.forEach((index, k) => {
      plans[k]!.append(batch.getChildAt(index)!, count);
    });
    rows += count;
    if (rows >= limit) break;
  }
  return { rows, columns: plans.map((plan) => plan.builder.finish()) };
}
