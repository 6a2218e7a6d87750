import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  builtinSchemas,
  checkBackward,
  currentSchema,
  EventCodec,
  type EventData,
  eventTypes,
  fullNameOf,
  releasedSchemas,
  topicOf,
} from './index.js';

const golden = new URL('../fixtures/golden/', import.meta.url);
const codec = new EventCodec(builtinSchemas());

test('what is generated is up to date with schemas/', () => {
  const generator = fileURLToPath(new URL('../generate.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

test('every schema reads what each of its released versions wrote', () => {
  let pairs = 0;
  for (const { type, schema, id } of releasedSchemas) {
    assert.deepStrictEqual(checkBackward(currentSchema(type).schema, schema), { compatible: true }, `${type} ${id}`);
    pairs++;
  }
  assert.ok(pairs >= eventTypes.length);
});

test('an incompatible change is seen', () => {
  const record = (fields: { name: string; type: string; default?: unknown }[]) => ({
    type: 'record',
    name: 'R',
    fields,
  });
  const old = record([{ name: 'a', type: 'int' }]);
  assert.equal(checkBackward(record([{ name: 'a', type: 'long' }]), old).compatible, true);
  assert.equal(checkBackward(record([]), old).compatible, true);
  assert.equal(checkBackward(record([{ name: 'b', type: 'int', default: 1 }]), old).compatible, true);
  assert.equal(checkBackward(record([{ name: 'b', type: 'int' }]), old).compatible, false);
  assert.equal(checkBackward(record([{ name: 'a', type: 'string' }]), old).compatible, false);
});

test('ids are unique, and each belongs to its file in schemas/released', () => {
  const folder = new URL('../../../../schemas/released/', import.meta.url);
  const files = readdirSync(folder).map((name) => Number(name.replace('.avsc', '')));
  assert.deepStrictEqual(
    files.sort((a, b) => a - b),
    releasedSchemas.map(({ id }) => id),
  );
  for (const { id, schema } of releasedSchemas) {
    assert.deepStrictEqual(JSON.parse(readFileSync(new URL(`${id}.avsc`, folder), 'utf8')), schema);
  }
});

test('the golden message of every released schema is still read', async () => {
  for (const { id, type } of releasedSchemas) {
    const value = readFileSync(new URL(`${id}-${type}.bin`, golden));
    const expected = JSON.parse(readFileSync(new URL(`${id}-${type}.json`, golden), 'utf8'));
    assert.equal(value.readInt32BE(1), id);
    const message = await codec.decode({ topic: topicOf(type), key: 'k', value, headers: {} });
    assert.equal(message.type, type);
    if (currentSchema(type).id === id) assert.deepStrictEqual(message.data, expected, `${type} ${id}`);
    else assertContains(message.data, expected, `${type} ${id}`);
  }
});

test('every event encodes to its golden bytes', async () => {
  for (const type of eventTypes) {
    const name = `${currentSchema(type).id}-${type}`;
    const data = JSON.parse(readFileSync(new URL(`${name}.json`, golden), 'utf8')) as EventData[typeof type];
    const encoded = await codec.encode({ type, id: '1', source: 's', key: 'k', time: 0, data });
    assert.deepStrictEqual(Buffer.from(encoded.value), readFileSync(new URL(`${name}.bin`, golden)), name);
    assert.equal(encoded.headers.ce_type, fullNameOf(type));
  }
});

/** Fields that a later version dropped may be gone; what is there is as it was written. */
function assertContains(found: unknown, written: unknown, path: string): void {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    assert.deepStrictEqual(found, written, path);
    return;
  }
  for (const [name, value] of Object.entries(written)) {
    if (name in (found as object)) assertContains((found as Record<string, unknown>)[name], value, `${path}.${name}`);
  }
}
