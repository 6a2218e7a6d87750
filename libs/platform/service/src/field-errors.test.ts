import assert from 'node:assert/strict';
import { it } from 'node:test';
import { z } from 'zod';
import { fieldErrors } from './field-errors.js';

const scalar = z.union([z.null(), z.boolean(), z.number(), z.string()]);
const schema = z.strictObject({
  model: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  params: z.record(z.string(), z.union([scalar, z.array(scalar)])).optional(),
  dataset: z.strictObject({ uri: z.string() }),
  seed: z.number().int().optional(),
});

const told = (value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? fieldErrors(error).map(({ field, message }) => `${field}: ${message}`) : [];
};

it('names the field and what it must be', () => {
  const dataset = { uri: 'x' };
  const cases: [unknown, string[]][] = [
    [{}, ['dataset: is missing; it must be of type object']],
    [{ dataset: {} }, ['dataset.uri: is missing; it must be of type string']],
    [[], ['body: must be of type object, not array']],
    [{ dataset: { uri: 1 } }, ['dataset.uri: must be of type string, not number']],
    [{ dataset, modle: 1, sed: 2 }, ['modle: there is no such field', 'sed: there is no such field']],
    [{ dataset: { uri: 'x', taget: 'y' } }, ['dataset.taget: there is no such field']],
    [{ dataset, model: 5 }, ['model: must be of type string or array, not number']],
    [{ dataset, model: ['a', 5] }, ['model.1: must be of type string, not number']],
    [
      { dataset, params: { a: {} } },
      ['params.a: must be of type null or boolean or number or string or array, not object'],
    ],
    [{ dataset, params: { a: [{}] } }, ['params.a.0: must be of type null or boolean or number or string, not object']],
    [{ dataset, seed: 1.5 }, ['seed: must be of type int, not number']],
  ];
  for (const [value, sentences] of cases) assert.deepEqual(told(value), sentences);
});
