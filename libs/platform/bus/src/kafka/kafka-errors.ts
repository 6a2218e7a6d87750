import { BusError } from '../errors.js';

interface KafkaFailure {
  readonly message?: string;
  readonly type?: string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly name?: string;
}

/** The first cause: kafkajs wraps it when it has tried often enough. */
function rootOf(error: unknown): KafkaFailure {
  const failure = error as KafkaFailure;
  return failure.cause instanceof Error ? rootOf(failure.cause) : failure;
}

/** What the broker or kafkajs refused, in words a user can act on. */
export function toBusError(error: unknown, doing: string): BusError {
  if (error instanceof BusError) return error;
  const { type, message, retriable, name } = rootOf(error);
  const options = { cause: error };
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    const text = `Kafka refused ${doing}: the message is larger than the topic's max.message.bytes allows. Send large data as an artifact.`;
    return new BusError('BUS_MESSAGE_TOO_LARGE', text, false, options);
  }
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || name === 'KafkaJSMetadataNotLoaded') {
    return new BusError('BUS_UNKNOWN_TOPIC', `Kafka cannot do ${doing}: the topic does not exist.`, true, options);
  }
  if (type === 'INVALID_TOPIC_EXCEPTION') {
    return new BusError('BUS_INVALID_MESSAGE', `Kafka refused ${doing}: the topic's name is invalid.`, false, options);
  }
  if (type?.includes('AUTHORIZATION') || name === 'KafkaJSSASLAuthenticationError') {
    return new BusError('BUS_NOT_AUTHORIZED', `Kafka does not allow ${doing}: ${message}`, false, options);
  }
  if (name?.includes('Connection') || name?.includes('Timeout') || retriable !== false) {
    return new BusError('BUS_UNAVAILABLE', `Kafka could not do ${doing}: ${message}`, true, options);
  }
  return new BusError('BUS_FAILED', `Kafka failed at ${doing}: ${message}`, true, options);
}
