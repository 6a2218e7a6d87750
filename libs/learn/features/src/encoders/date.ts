import type { Column, NumericColumn } from '@trainyard/data';
import { numbersOf } from './column-values.js';
import { type Encoder, type InputDescription, toFloat32 } from './encoder.js';
import { presentValues } from './numeric.js';
import { fitScale, type Imputation, type Scale, type Scaling } from './scaling.js';

const DAY = 86_400_000;

/** The parts of a date, all in UTC. `hour` counts minutes as its fraction; Monday is day 1 of the week. */
export const DATE_PARTS = ['days', 'year', 'month', 'day_of_week', 'hour'] as const;
type DatePart = (typeof DATE_PARTS)[number];

export interface DateState {
  readonly kind: 'date';
  readonly name: string;
  /** The parts in use: those that varied in the data. */
  readonly parts: readonly { readonly part: DatePart; readonly scale: Scale }[];
  /** Milliseconds since 1970 UTC. */
  readonly min: number;
  readonly max: number;
  readonly example: number;
}

/** Year and month of a day number (days since 1970-01-01), by Hinnant's civil_from_days: no Date object is made. */
function yearAndMonth(day: number): { year: number; month: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month };
}

/** One part of a moment given in milliseconds since 1970 UTC. */
export function datePart(part: DatePart, time: number): number {
  const day = Math.floor(time / DAY);
  switch (part) {
    case 'days':
      return time / DAY;
    case 'year':
      return yearAndMonth(day).year;
    case 'month':
      return yearAndMonth(day).month;
    case 'day_of_week':
      return ((((day + 3) % 7) + 7) % 7) + 1;
    case 'hour':
      return (time - day * DAY) / 3_600_000;
  }
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const TIME_OF_DAY = /^\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/**
 * Milliseconds since 1970 of an ISO 8601 date, date and time, or time of day (on 1970-01-01, as the readers hold it);
 * without a zone it is UTC. NaN when it is none of them.
 */
export function parseDate(text: string): number {
  if (TIME_OF_DAY.test(text)) return Date.parse(`1970-01-01T${text}Z`);
  const match = ISO_DATE.exec(text);
  if (!match) return Number.NaN;
  return Date.parse(text.length > 10 && match[1] === undefined ? `${text}Z` : text);
}

/** Fits a date column; undefined when it is missing in all given rows. A single date keeps only `days`. */
export function fitDate(
  column: NumericColumn,
  rows: Uint32Array,
  scaling: Scaling,
  imputation: Imputation,
): Encoder | undefined {
  const times = presentValues(column.values, rows);
  if (times.length === 0) return undefined;
  const example = times[0]!;
  let min = example;
  let max = example;
  for (let i = 1; i < times.length; i++) {
    min = Math.min(min, times[i]!);
    max = Math.max(max, times[i]!);
  }
  const values = new Float64Array(times.length);
  const parts: { part: DatePart; scale: Scale }[] = [];
  for (const part of DATE_PARTS) {
    let varies = part === 'days';
    for (let i = 0; i < times.length; i++) {
      values[i] = datePart(part, times[i]!);
      if (values[i] !== values[0]) varies = true;
    }
    if (varies) parts.push({ part, scale: fitScale(values, scaling, imputation) });
  }
  return dateEncoder({ kind: 'date', name: column.name, parts, min, max, example });
}

/**
 * Outputs `<name>_days` (days since 1970, so that Float32 still tells minutes apart), and of `<name>_year`, `_month`,
 * `_day_of_week` and `_hour` those that varied in the data.
 */
export function dateEncoder(state: DateState): Encoder {
  const { name, parts } = state;
  const accepts = 'a date in ISO 8601, such as "2024-01-31T08:30:00Z" (or milliseconds since 1970)';
  const write = (time: number, out: Float32Array, at: number): void => {
    for (let k = 0; k < parts.length; k++) {
      const { part, scale } = parts[k]!;
      const value = Number.isNaN(time) ? (scale.fill ?? Number.NaN) : datePart(part, time);
      out[at + k] = toFloat32((value - scale.shift) * scale.factor);
    }
  };
  return {
    input: name,
    outputs: parts.map(({ part }) => `${name}_${part}`),
    categorical: false,
    accepts,
    writeMissing: (out, at) => write(Number.NaN, out, at),
    writeValue: (value, out, at) => {
      const time = typeof value === 'string' ? parseDate(value) : value;
      if (value === null || value === undefined) write(Number.NaN, out, at);
      else if (typeof time === 'number' && Number.isFinite(time)) write(time, out, at);
      else return false;
      return true;
    },
    writeColumn: (column: Column, rows, out, cols, at) => {
      const times = numbersOf(column, rows, accepts, parseDate);
      for (let i = 0; i < rows.length; i++) write(times[rows[i]!]!, out, at + i * cols);
    },
    describe: (): InputDescription => ({
      name,
      type: 'date',
      min: new Date(state.min).toISOString(),
      max: new Date(state.max).toISOString(),
      example: new Date(state.example).toISOString(),
    }),
    toJSON: () => state,
  };
}
