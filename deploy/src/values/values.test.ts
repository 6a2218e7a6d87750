import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { releases } from '../testing/releases.js';
import { profiles } from './profiles.js';

const chart = fileURLToPath(new URL('../../../charts/trainyard/', import.meta.url));
const validate = new Ajv({ allErrors: true, strict: false }).compile(
  JSON.parse(readFileSync(`${chart}values.schema.json`, 'utf8')),
);
const defaults = parse(readFileSync(`${chart}values.yaml`, 'utf8')) as Record<string, unknown>;

/** As Helm lays the values that a user gives over those of the chart. */
function over(base: unknown, given: unknown): unknown {
  if (typeof base !== 'object' || typeof given !== 'object' || !base || !given || Array.isArray(given)) return given;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(given)) merged[key] = key in merged ? over(merged[key], value) : value;
  return merged;
}

function complaints(...given: readonly object[]): string {
  validate(given.reduce((values: unknown, each) => over(values, each), defaults));
  return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`).join('\n');
}

describe('the values of the chart', () => {
  for (const [name, values] of Object.entries(releases)) {
    test(`${name} is accepted`, () => assert.equal(complaints(values), ''));
  }

  test('without what only the user knows are refused with the name of each', () => {
    const said = complaints({});
    for (const key of ['/auth/existingSecret', '/kafka/brokers', '/mongodb/existingSecret', '/artifacts/url'])
      assert.ok(said.includes(key), `${key} in ${said}`);
  });

  const wrong: readonly [what: string, values: object, says: RegExp][] = [
    ['a text for a number', { gateway: { replicas: 'two' } }, /\/gateway\/replicas must be integer/],
    ['a negative number of replicas', { serving: { replicas: -1 } }, /\/serving\/replicas must be >= 0/],
    ['no training process at all', { training: { replicas: 0 } }, /\/training\/replicas must be >= 1/],
    ['a key that there is not', { kafka: { broker: 'a:1' } }, /\/kafka must NOT have additional properties .*"broker"/],
    ['a section that there is not', { zookeeper: {} }, /additional properties .*"zookeeper"/],
    ['a setting that no service reads', { config: { LOG_LEVL: 'info' } }, /\/config .*"LOG_LEVL"/],
    ['a log level that there is not', { config: { LOG_LEVEL: 'loud' } }, /\/config\/LOG_LEVEL must be equal to one of/],
    ['a broker without a port', { kafka: { brokers: 'kafka' } }, /\/kafka\/brokers must match pattern/],
    [
      'a quantity that is none',
      { gpu: { resources: { limits: { memory: 'lots' } } } },
      /\/gpu\/resources\/limits\/memory/,
    ],
    [
      'a folder without a volume',
      { artifacts: { url: 'file:///a' } },
      /\/artifacts\/volume\/enabled must be equal to constant/,
    ],
    ['an ingress without a host', { ingress: { enabled: true } }, /\/ingress\/host must NOT have fewer/],
    [
      'a port beyond all ports',
      { networkPolicy: { egressPorts: [{ port: 70000, protocol: 'TCP' }] } },
      /must be <= 65535/,
    ],
  ];
  for (const [what, values, says] of wrong) {
    test(`with ${what} are refused`, () => assert.match(complaints(profiles.production, values), says));
  }
});
