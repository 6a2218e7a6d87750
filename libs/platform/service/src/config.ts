import { redactText } from '@trainyard/telemetry';
import { z } from 'zod';

/** A setting that cannot be used: the start stops with this sentence. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'CONFIGURATION_INVALID';
  readonly retriable = false;
}

/** `''` means unset, as it does in shells and compose files. */
const text = z.string().trim().min(1);
export const setting = {
  text: () => text.optional(),
  url: (...protocols: string[]) =>
    text
      .refine(
        (value) => protocols.some((protocol) => value.startsWith(`${protocol}:`)),
        `must start with ${protocols.join(', ')}`,
      )
      .optional(),
  integer: (fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
    z.coerce.number().int().min(min).max(max).default(fallback),
  seconds: (fallback: number, min = 0.01) => z.coerce.number().min(min).default(fallback),
};

/** What every process of the platform reads; api.md lists the names. */
export const platformSettings = z.object({
  HOST: text.default('127.0.0.1'),
  DATA_DIR: text.default('.trainyard'),
  KAFKA_BROKERS: setting.text(),
  /** TLS to the brokers, and a PEM file with the authorities to trust besides those that Node knows. */
  KAFKA_SSL: z.enum(['true', 'false']).default('false'),
  KAFKA_SSL_CA_FILE: setting.text(),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: setting.text(),
  KAFKA_SASL_PASSWORD: setting.text(),
  /** After how long without a sign of life a process's partitions go to others; the broker allows 6 to 1800. */
  KAFKA_SESSION_SECONDS: setting.seconds(10, 1),
  SCHEMA_REGISTRY_URL: setting.url('http', 'https'),
  MONGODB_URI: setting.url('mongodb', 'mongodb+srv'),
  ARTIFACTS_URL: setting.url('s3', 'file'),
  API_KEYS_FILE: setting.text(),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting.url('http', 'https'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export type PlatformSettings = z.infer<typeof platformSettings>;

/**
 * Reads settings from the environment, once, at start.
 * @throws ConfigurationError that names each wrong variable
 */
export function readSettings<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv = process.env): z.infer<T> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `${name}=${redactText(String(present[name]))}: ${message}`;
  });
  throw new ConfigurationError(`wrong setting: ${sentences.join('; ')}`);
}
