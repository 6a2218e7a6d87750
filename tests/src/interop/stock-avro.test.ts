import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  builtinSchemas,
  currentSchema,
  EventCodec,
  type EventData,
  eventTypes,
  layeredSchemas,
  storedSchemas,
  subjectOf,
} from '@trainyard/contracts';
import { MemoryStore } from '@trainyard/store';
import { pythonPeers } from './python.js';
import { type SchemaServer, startSchemaServer } from './schema-server.js';

const peers = await pythonPeers();
const skip = 'reason' in peers ? peers.reason : false;
const store = new MemoryStore();
const codec = new EventCodec(layeredSchemas(builtinSchemas(), storedSchemas(store)));
const golden = new URL('../../../libs/platform/contracts/fixtures/golden/', import.meta.url);
let server: SchemaServer;

before(async () => {
  server = await startSchemaServer(store);
});

after(() => server.close());

function python(script: string, args: readonly string[], input?: string): Promise<string> {
  if ('reason' in peers) throw new Error(peers.reason);
  return peers.run(script, ['--registry', server.url, ...args], input);
}

const event = {
  jobId: 'py-1',
  dataset: { uri: 'file:///data/a.csv', target: 'y' },
  model: 'lightgbm',
  params: { max_depth: 3, objective: 'binary', verbose: false },
};

async function produce(...args: string[]): Promise<Buffer> {
  return Buffer.from(await python('producer.py', ['--event', JSON.stringify(event), ...args]), 'base64');
}

test('the stock Python producer registers its own schema, and our codec reads its message', { skip }, async () => {
  const value = await produce();
  const message = await codec.decode({ topic: 'training.commands', key: '', value, headers: {} });
  assert.deepStrictEqual(
    [message.type, message.id, message.source],
    ['TrainRequested', 'jobId:py-1', 'kafka:training.commands'],
  );
  const data = message.data as EventData['TrainRequested'];
  assert.deepStrictEqual(data.params, event.params);
  assert.deepStrictEqual([data.jobId, data.dataset.uri, data.dataset.target], ['py-1', event.dataset.uri, 'y']);
  assert.deepStrictEqual(
    [data.model, data.seed, data.experiment, data.dataset.features],
    ['lightgbm', 7, 'default', []],
  );

  const registered = await fetch(`${server.url}/subjects/training.commands-value/versions/latest`);
  assert.equal(((await registered.json()) as { id: number }).id, value.readInt32BE(1));
  assert.equal((await produce()).readInt32BE(1), value.readInt32BE(1));
});

test('it may name its subject after the record too', { skip }, async () => {
  const value = await produce('--record-subject');
  const uses = await fetch(`${server.url}/schemas/ids/${value.readInt32BE(1)}/versions`);
  const subjects = ((await uses.json()) as { subject: string }[]).map(({ subject }) => subject);
  assert.ok(subjects.includes(subjectOf('TrainRequested')), subjects.join());
});

test('the stock Python consumer reads every event of ours as it was written', { skip }, async () => {
  const written = eventTypes.map((type) => {
    const file = new URL(`${currentSchema(type).id}-${type}.json`, golden);
    return { type, data: JSON.parse(readFileSync(file, 'utf8')) as EventData[typeof type] };
  });
  const encoded = await Promise.all(
    written.map(({ type, data }) => codec.encode({ type, id: '1', source: 's', key: 'k', time: 0, data })),
  );
  const input = encoded.map(({ value }) => `${Buffer.from(value).toString('base64')}\n`).join('');
  const lines = (await python('consumer.py', [], input)).trim().split('\n');
  assert.equal(lines.length, written.length);
  for (const [i, line] of lines.entries()) {
    assert.deepStrictEqual((JSON.parse(line) as { value: unknown }).value, written[i]!.data, written[i]!.type);
  }
});
