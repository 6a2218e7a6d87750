import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type EncodedMessage, type EventInput, schemaCollection, schemaKey } from '@trainyard/contracts';
import { whyNoJava } from '../infrastructure/java.js';
import { Cluster } from './cluster.js';
import { eventually } from './eventually.js';
import { quickJob } from './gateway-client.js';
import { assertCompletedOnce, assertNoDeadLetters } from './once.js';
import { codec } from './progress.js';

const skip = (await whyNoJava()) ?? false;
const options = { timeout: 60_000 };

const INCOMPATIBLE_ID = 876_543;

/** Makes the bytes of a message that cannot be read, out of one that can. */
type Poison = (cluster: Cluster, good: Buffer) => Promise<Buffer>;

const poisons: Readonly<Record<string, Poison>> = {
  BAD_MAGIC: async (_, good) => Buffer.concat([Buffer.of(1), good.subarray(1)]),
  UNKNOWN_SCHEMA: async (_, good) => withSchema(987_654, good),
  INCOMPATIBLE_SCHEMA: async ({ store }) => {
    const fields = [{ name: 'jobId', type: 'int' }];
    const schema = { type: 'record', name: 'TrainRequested', namespace: 'io.trainyard.training', fields };
    // Our registry refuses such a schema; it can only have come past it.
    await store.open([schemaCollection]);
    const index = { kind: 'schema', number: INCOMPATIBLE_ID };
    await store.insert(schemaCollection.name, { id: schemaKey(INCOMPATIBLE_ID), revision: 1, index, body: { schema } });
    return withSchema(INCOMPATIBLE_ID, Buffer.of(0, 0, 0, 0, 0, 2));
  },
  MALFORMED_EVENT: async (_, good) => good.subarray(0, 12),
  MESSAGE_TOO_LARGE: async (_, good) => Buffer.concat([good, Buffer.alloc(10 << 20)]),
};

/** The Confluent wire format: a zero, the schema's id, the Avro bytes. */
function withSchema(id: number, message: Buffer): Buffer {
  const changed = Buffer.from(message);
  changed.writeUInt32BE(id, 1);
  return changed;
}

describe('messages from anyone on a real topic', { skip, timeout: 300_000 }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster?.stop());

  test('a TrainRequested published five times with one id is one job', options, async () => {
    const message = await trainRequested('same-id', 'same-id');
    for (let i = 0; i < 5; i++) await cluster.log.bus.publish([message]);
    await assertCompletedOnce(cluster, 'same-id');
  });

  test('five TrainRequested with ids of their own and one jobId are one job', options, async () => {
    const messages = await Promise.all([1, 2, 3, 4, 5].map((n) => trainRequested(`own-id-${n}`, 'same-job')));
    await cluster.log.bus.publish(messages);
    await assertCompletedOnce(cluster, 'same-job');
  });

  test('five TrainRequested with one id and no jobId are one job, named after the id', options, async () => {
    const message = await trainRequested('no-job-id', null, 'job-no-job-id');
    await cluster.log.bus.publish([message, message, message, message, message]);
    await assertCompletedOnce(cluster, 'job-no-job-id');
    await assertNoDeadLetters(cluster);
  });

  for (const [code, poison] of Object.entries(poisons)) {
    test(`poison (${code}) is put aside with its reason and the next message is handled`, options, async () => {
      const key = `poison-${code}`;
      const good = await trainRequested(key, key);
      const value = await poison(cluster, Buffer.from(good.value));
      await cluster.log.bus.publish([{ topic: good.topic, key, value, headers: { ce_id: `bad-${code}` } }]);
      await cluster.log.bus.publish([good]);
      await assertCompletedOnce(cluster, key);
      const letters = (await cluster.gateway.deadLetters()).filter((letter) => letter.key === key);
      assert.deepEqual(
        letters.map(({ topic, service, code }) => ({ topic, service, code })),
        [{ topic: 'training.commands', service: 'training', code }],
      );
      assert.ok((letters[0]?.reason.length ?? 0) > 10, letters[0]?.reason);
      await eventually('the dead letter is on its topic', () => cluster.log.dead.some((dead) => dead.key === key));
      const dead = cluster.log.dead.filter((one) => one.key === key);
      assert.deepEqual(
        dead.map(({ topic, headers }) => [topic, headers.dead_code, headers.dead_reason, headers.ce_id]),
        [['training.commands.dead', code, letters[0]?.reason, `bad-${code}`]],
      );
      assert.deepEqual(Buffer.from(dead[0]?.value ?? []), value.subarray(0, 64 * 1024), 'with the bytes that came');
    });
  }
});

function trainRequested(id: string, jobId: string | null, name = jobId ?? id): Promise<EncodedMessage> {
  const data = { ...quickJob, jobId, name } as EventInput['TrainRequested'];
  return codec.encode({ type: 'TrainRequested', id, source: 'chaos', key: name, time: Date.now(), data });
}
