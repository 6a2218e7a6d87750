import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import type { BusSecurity } from '@trainyard/bus';
import { ConfigurationError, type PlatformSettings } from './config.js';

type KafkaSettings = Pick<
  PlatformSettings,
  'KAFKA_SSL' | 'KAFKA_SSL_CA_FILE' | 'KAFKA_SASL_MECHANISM' | 'KAFKA_SASL_USERNAME' | 'KAFKA_SASL_PASSWORD'
>;

/**
 * How the brokers are talked to: plainly, or with TLS, and as whom.
 * @throws ConfigurationError that names the variable which is missing or wrong, never a password
 */
export function kafkaSecurity(settings: KafkaSettings): BusSecurity {
  const { KAFKA_SSL, KAFKA_SASL_MECHANISM: mechanism } = settings;
  if (KAFKA_SSL === 'false' && settings.KAFKA_SSL_CA_FILE !== undefined) {
    throw new ConfigurationError('KAFKA_SSL_CA_FILE is given, but KAFKA_SSL is not: set KAFKA_SSL=true.');
  }
  const tls = KAFKA_SSL === 'true' ? { ca: authorities(settings.KAFKA_SSL_CA_FILE) } : undefined;
  if (mechanism === undefined) return { tls };
  const [username, password] = [settings.KAFKA_SASL_USERNAME, settings.KAFKA_SASL_PASSWORD];
  for (const [name, value] of Object.entries({ KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password })) {
    if (value === undefined) throw new ConfigurationError(`KAFKA_SASL_MECHANISM=${mechanism} needs ${name}.`);
  }
  return { tls, sasl: { mechanism, username: username!, password: password! } };
}

/** What Node trusts, and what the file adds. */
function authorities(file: string | undefined): readonly string[] {
  if (file === undefined) return rootCertificates;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`KAFKA_SSL_CA_FILE=${file} cannot be read: ${(error as Error).message}`);
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigurationError(`KAFKA_SSL_CA_FILE=${file} holds no certificate in PEM.`);
  }
  return [...rootCertificates, text];
}
