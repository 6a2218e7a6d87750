import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, platformSettings, readSettings } from './config.js';
import { kafkaSecurity } from './kafka-security.js';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-kafka-security-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const of = (env: Record<string, string>) => kafkaSecurity(readSettings(platformSettings, env));

describe('how Kafka is talked to', () => {
  test('plainly when nothing is said', () => {
    assert.deepEqual(of({}), { tls: undefined });
  });

  test('with TLS, trusting an authority of its own beside those that Node knows', () => {
    const [pem = ''] = rootCertificates;
    const file = join(folder, 'ca.crt');
    writeFileSync(file, pem);
    const { tls } = of({ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: file });
    assert.deepEqual(tls?.ca, [...rootCertificates, pem]);
    assert.deepEqual(of({ KAFKA_SSL: 'true' }).tls?.ca, rootCertificates);
  });

  test('as a user', () => {
    const env = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_SASL_USERNAME: 'ann', KAFKA_SASL_PASSWORD: 'secret' };
    assert.deepEqual(of(env).sasl, { mechanism: 'scram-sha-512', username: 'ann', password: 'secret' });
  });

  const wrong: readonly [Record<string, string>, RegExp][] = [
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ann' }, /needs KAFKA_SASL_PASSWORD/],
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'secret' }, /needs KAFKA_SASL_USERNAME/],
    [{ KAFKA_SASL_MECHANISM: 'gssapi' }, /KAFKA_SASL_MECHANISM=gssapi/],
    [{ KAFKA_SSL: 'yes' }, /KAFKA_SSL=yes/],
    [{ KAFKA_SSL_CA_FILE: '/ca.crt' }, /set KAFKA_SSL=true/],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: join(folder, 'none.crt') }, /none.crt cannot be read/],
    [{ KAFKA_SSL: 'true', KAFKA_SSL_CA_FILE: fileURLToPath(import.meta.url) }, /holds no certificate/],
  ];
  for (const [env, sentence] of wrong) {
    test(`refuses ${JSON.stringify(env).slice(0, 70)} with a sentence that holds no password`, () => {
      assert.throws(
        () => of(env),
        (error: Error) =>
          error instanceof ConfigurationError && sentence.test(error.message) && !error.message.includes('secret'),
      );
    });
  }
});
