import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { BusLog } from '../log.js';

export interface KafkaBusOptions {
  /** `host:port`, several separated by commas. */
  readonly brokers: string;
  /** Names this process in the broker's logs and quotas, e.g. the service. */
  readonly clientId: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  readonly log?: BusLog;
  /** After how long without a sign of life a consumer's partitions go to others, in milliseconds (default 10000). */
  readonly sessionTimeoutMs?: number;
}

/** Waiting 20 ms, 40 ms ... 1 s between attempts: 15 take about 10 s, longer than a broker's restart. */
export const PUBLISHING_RETRIES = 15;
/** A consumer that gives up loses its membership, and the next one waits for the old one's session to end. */
export const CONSUMING_RETRIES = 45;

/** The kafkajs client, tuned for low latency and for brokers that go away and come back. */
export function createKafka(options: KafkaBusOptions, retries: number, log: BusLog): Kafka {
  silenceTimeoutNegativeWarning();
  process.env.KAFKAJS_NO_PARTITIONER_WARNING ??= '1';
  return new Kafka({
    clientId: options.clientId,
    brokers: options.brokers.split(',').map((broker) => broker.trim()),
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    connectionTimeout: 3000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 20, maxRetryTime: 1000, multiplier: 2, retries, restartOnFailure: async () => false },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, logger: __, stack: ___, ...details } }) =>
        // What kafkajs calls an error is mostly a retry; what really fails comes to us, and we say it once.
        log('debug', `kafkajs: ${message}`, { namespace, ...details }),
  });
}

let silenced = false;

/** kafkajs 2.2.4 sets a timer with a negative delay (requestQueue/index.js), which newer versions of Node warn about. */
function silenceTimeoutNegativeWarning(): void {
  if (silenced) return;
  silenced = true;
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const type = typeof rest[0] === 'string' ? rest[0] : (rest[0] as { type?: string } | undefined)?.type;
    if (type === 'TimeoutNegativeWarning' && new Error().stack?.includes('kafkajs')) return;
    Reflect.apply(emit, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
}
