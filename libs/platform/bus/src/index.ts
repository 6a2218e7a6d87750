export type { Backlog, Bus, BusMessage, Delivery, Handler, Subscription, TopicSpec } from './bus.js';
export { EmbeddedBus, type EmbeddedBusOptions } from './embedded/embedded-bus.js';
export { BusError, type BusErrorCode } from './errors.js';
export type { KafkaBusOptions } from './kafka/kafka-client.js';
export type { BusLog, BusLogLevel } from './log.js';
export { type BusSecurity, openBus } from './open-bus.js';
