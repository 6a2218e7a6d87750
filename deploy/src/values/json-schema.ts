import { z } from 'zod';
import { valuesSchema } from './values.js';

const filled = { minLength: 1 };
const on = (property: string) => ({ properties: { [property]: { const: true } }, required: [property] });

/** What must be given, and what one value asks of another: Helm names the path of the one that is missing. */
const rules = [
  { properties: { auth: { properties: { existingSecret: filled } } } },
  { properties: { mongodb: { properties: { existingSecret: filled } } } },
  { properties: { artifacts: { properties: { url: { pattern: '^(s3|file)://.' } } } } },
  { properties: { kafka: { properties: { brokers: { pattern: '^[^:,\\s]+:\\d+(,[^:,\\s]+:\\d+)*$' } } } } },
  {
    properties: {
      artifacts: {
        if: { properties: { url: { pattern: '^file:' } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { volume: on('enabled') } },
      },
    },
  },
  {
    properties: {
      ingress: {
        if: on('enabled'),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { properties: { host: filled } },
      },
    },
  },
];

/** The schema that Helm checks values against before it renders anything (JSON Schema, draft 7). */
export function valuesJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(valuesSchema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'Values of the chart trainyard', allOf: rules };
}
