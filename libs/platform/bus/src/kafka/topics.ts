import type { Kafka } from 'kafkajs';
import type { TopicSpec } from '../bus.js';
import { toBusError } from './kafka-errors.js';

/** A value of 10 MB with its headers must fit. */
const MAX_MESSAGE_BYTES = 11 << 20;

/** Creates the topics that are missing. Several services may do so at the same time. */
export async function ensureTopics(kafka: Kafka, topics: readonly TopicSpec[]): Promise<void> {
  if (topics.length === 0) return;
  const admin = kafka.admin();
  try {
    await admin.connect();
    const present = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !present.has(name));
    if (missing.length === 0) return;
    // Answers false when another process was quicker.
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ name, partitions, retentionMs }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: -1,
        configEntries: [
          { name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) },
          ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
        ],
      })),
    });
  } catch (error) {
    throw toBusError(error, `creating the topics ${topics.map(({ name }) => name).join(', ')}`);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
