import { float32Text } from '../trees/float32.js';

/** What XGBoost's JSON holds; a Float32Array is written with the fewest digits that read back as the same float32. */
export type Json = string | number | readonly Json[] | Float32Array | Int32Array | { readonly [key: string]: Json };

/** XGBoost tells floats from integers by their text, so floats get an exponent and integers none. */
export function jsonText(value: Json): string {
  if (typeof value === 'string' || typeof value === 'number') return JSON.stringify(value);
  if (value instanceof Float32Array) return `[${Array.from(value, float32Text).join(',')}]`;
  if (value instanceof Int32Array) return `[${value.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${jsonText(entry)}`).join(',')}}`;
}
