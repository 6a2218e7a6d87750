import { z } from 'zod';
import { mark } from '../template/mark.js';

/** A mark for each value of the schema, in the schema's own shape: `references.kafka.brokers` is `.Values.kafka.brokers`. */
export function referencesTo<S extends z.ZodObject>(schema: S, path: readonly string[] = []): z.output<S> {
  const entries = Object.entries(schema.shape).map(([key, field]) => {
    const at = [...path, key];
    const inner = innerOf(field as z.ZodType);
    if (inner instanceof z.ZodObject) return [key, referencesTo(inner, at)] as const;
    const type = inner instanceof z.ZodNumber ? 'number' : 'other';
    return [key, mark({ kind: 'value', path: at.join('.'), type }, likeOf(inner))] as const;
  });
  return Object.fromEntries(entries) as z.output<S>;
}

/** The schema without its default. */
export function innerOf(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault ? innerOf(field.unwrap() as z.ZodType) : field;
}

function likeOf(field: z.ZodType): unknown {
  if (field instanceof z.ZodArray) return [];
  return field instanceof z.ZodRecord ? {} : '';
}
