import type { SASLOptions } from 'kafkajs';
import type { Bus } from './bus.js';
import { EmbeddedBus } from './embedded/embedded-bus.js';
import type { BusLog } from './log.js';

/** How a broker is talked to. */
export interface BusSecurity {
  /** TLS, trusting these authorities (PEM); without TLS when left out. */
  readonly tls?: { readonly ca: readonly string[] } | undefined;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

export interface OpenBusOptions {
  /** KAFKA_BROKERS: `host:port`, several separated by commas. */
  readonly brokers?: string | undefined;
  /** Kafka only. */
  readonly security?: BusSecurity;
  readonly clientId: string;
  /** Kafka only: after how long without a sign of life a process's partitions go to others, in milliseconds. */
  readonly sessionTimeoutMs?: number | undefined;
  readonly log?: BusLog;
}

/** Kafka when brokers are given, else the bus in this process. kafkajs is loaded only when it is needed. */
export async function openBus(options: OpenBusOptions): Promise<Bus> {
  const { brokers, security = {}, clientId, sessionTimeoutMs, log } = options;
  const shared = log === undefined ? {} : { log };
  if (!brokers) return new EmbeddedBus(shared);
  const { KafkaBus } = await import('./kafka/kafka-bus.js');
  return new KafkaBus({
    brokers,
    clientId,
    ...(security.tls ? { ssl: { ca: [...security.tls.ca] } } : {}),
    ...(security.sasl ? { sasl: security.sasl as SASLOptions } : {}),
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
    ...shared,
  });
}
