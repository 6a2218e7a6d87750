import type { Bus } from './bus.js';
import { EmbeddedBus } from './embedded/embedded-bus.js';
import type { BusLog } from './log.js';

/**
 * Kafka when brokers are given, else the bus in this process. kafkajs is loaded only when it is needed.
 * @param options.brokers KAFKA_BROKERS: `host:port`, several separated by commas
 */
export async function openBus(options: { brokers?: string; clientId: string; log?: BusLog }): Promise<Bus> {
  const { brokers, clientId, log } = options;
  const shared = log === undefined ? {} : { log };
  if (!brokers) return new EmbeddedBus(shared);
  const { KafkaBus } = await import('./kafka/kafka-bus.js');
  return new KafkaBus({ brokers, clientId, ...shared });
}
