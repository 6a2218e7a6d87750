import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openBus } from '@trainyard/bus';
import { kafkaSecurity, platformSettings, readSettings } from '@trainyard/service';
import { eventually } from '../chaos/eventually.js';
import { whyNoJava } from './java.js';
import { type KafkaServer, startKafka } from './kafka.js';

const skip = (await whyNoJava()) ?? false;

describe('Kafka over TLS, as a user', { skip, timeout: 180_000 }, () => {
  let kafka: KafkaServer;
  before(async () => {
    kafka = await startKafka({ user: { username: 'ann', password: 'secret' } });
  });
  after(() => kafka?.stop());

  const open = (env: Record<string, string>) => {
    const { brokers, caFile } = kafka.secured!;
    const tls = { KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: caFile, KAFKA_SASL_MECHANISM: 'plain' };
    const settings = readSettings(platformSettings, { ...tls, KAFKA_SASL_USERNAME: 'ann', ...env });
    return openBus({ brokers, clientId: 'secured', security: kafkaSecurity(settings) });
  };

  test('events go in and out', async () => {
    const bus = await open({ KAFKA_SASL_PASSWORD: 'secret' });
    const got: string[] = [];
    await bus.ensureTopics([{ name: 'secured', partitions: 1 }]);
    const handler = async ({ key }: { readonly key: string }) => void got.push(key);
    await bus.subscribe({ group: 'secured', topics: ['secured'], handler });
    await bus.publish([{ topic: 'secured', key: 'k', value: Buffer.from('x'), headers: {} }]);
    await eventually('the event comes', () => got.length === 1, 60_000);
    await bus.close();
  });

  test('a wrong password is refused, and not told of', async () => {
    const bus = await open({ KAFKA_SASL_PASSWORD: 'guessed' });
    const publish = bus.publish([{ topic: 'secured', key: 'k', value: Buffer.from('x'), headers: {} }]);
    await assert.rejects(
      publish,
      (error: Error) => /authenticat/i.test(error.message) && !error.message.includes('guessed'),
    );
    await bus.close();
  });
});
