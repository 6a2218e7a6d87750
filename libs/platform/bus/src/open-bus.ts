import type { Bus } from './bus.js';
import { EmbeddedBus } from './embedded/embedded-bus.js';
import type { BusLog } from './log.js';

export interface OpenBusOptions {
  /** KAFKA_BROKERS: `host:port`, several separated by commas. */
  readonly brokers?: string | undefined;
  readonly clientId: string;
  /** Kafka only: after how long without a sign of life a process's partitions go to others, in milliseconds. */
  readonly sessionTimeoutMs?: number | undefined;
  readonly log?: BusLog;
}

/** Kafka when brokers are given, else the bus in this process. kafkajs is loaded only when it is needed. */
export async function openBus(options: OpenBusOptions): Promise<Bus> {
  const { brokers, clientId, sessionTimeoutMs, log } = options;
  const shared = log === undefined ? {} : { log };
  if (!brokers) return new EmbeddedBus(shared);
  const { KafkaBus } = await import('./kafka/kafka-bus.js');
  return new KafkaBus({
    brokers,
    clientId,
    ...(sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs }),
    ...shared,
  });
}
