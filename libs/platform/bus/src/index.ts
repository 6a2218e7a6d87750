export type { Bus, BusMessage, Delivery, Handler, Subscription, TopicSpec } from './bus.js';
export { BusError, type BusErrorCode } from './errors.js';
