import type { Delivery } from '@trainyard/bus';
import type { AnyMessage, Message } from '@trainyard/contracts';
import type { AnyAggregate, Command } from './aggregate.js';
import { bury } from './dead-letter.js';
import { codeOf, isRetriable } from './errors.js';
import { failpoint, isArmed } from './failpoint.js';
import type { Flow } from './flow.js';
import type { FlowPorts } from './ports.js';

/** One aggregate that a message concerns, and what the message means to it. */
export interface Target {
  readonly aggregate: AnyAggregate;
  readonly id: string;
  readonly command: Command;
}

/** Says which aggregates of this service a message concerns; an empty list when none. */
export type Route = (message: AnyMessage) => readonly Target[];

/** How often a handler may fail without naming a cause that passes by itself. */
const UNKNOWN_FAILURES = 5;
const REMEMBERED = 10_000;

/**
 * From a delivery to its effect: decode, route, one transition for each target. The delivery is acknowledged when this
 * resolves. An outage rejects, so the bus delivers again; anything that will not pass becomes a dead letter and the topic moves on.
 */
export class Consumer {
  private readonly failures = new Map<string, number>();
  private uncommitted: (Pick<Delivery, 'topic' | 'partition' | 'offset'> & { readonly type: string })[] = [];

  constructor(
    private readonly ports: FlowPorts,
    private readonly flow: Flow,
    private readonly route: Route,
  ) {}

  readonly handle = async (delivery: Delivery): Promise<void> => {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    const { topic, partition, offset } = delivery;
    let type = 'unreadable';
    try {
      const message = await this.ports.codec.decode(delivery);
      type = message.type;
      this.ports.metrics?.lag(topic, (this.ports.clock.now() - message.time) / 1000);
      const repeated = await this.absorb(message, topic);
      failpoint('before-offset-commit', type);
      if (isArmed('after-offset-commit')) this.uncommitted.push({ topic, partition, offset, type });
      this.failures.delete(identityOf(delivery));
      this.ports.metrics?.handled(delivery.topic, type, repeated ? 'repeated' : 'done', seconds());
    } catch (error) {
      if (this.mayPass(delivery, error)) {
        this.ports.metrics?.handled(delivery.topic, type, 'retry', seconds());
        throw error;
      }
      await bury(this.ports, delivery, error);
      this.failures.delete(identityOf(delivery));
      this.ports.metrics?.handled(delivery.topic, type, 'dead', seconds());
    }
  };

  /** For the kill tests: tells which messages a commit was for. */
  readonly committed = (topic: string, partition: number, offset: string): void => {
    const done = this.uncommitted.filter(
      (one) => one.topic === topic && one.partition === partition && Number(one.offset) < Number(offset),
    );
    this.uncommitted = this.uncommitted.filter((one) => !done.includes(one));
    for (const { type } of done) failpoint('after-offset-commit', type);
  };

  private async absorb(message: Message, topic: string): Promise<boolean> {
    const targets = this.route(message as AnyMessage);
    if (targets.length === 0) return false;
    const work = async () => {
      let repeated = false;
      for (const { aggregate, id, command } of targets) {
        const origin = { messageId: `${message.source}|${message.id}`, traceparent: message.traceparent };
        const outcome = await this.flow.handle(aggregate, id, command, origin);
        repeated ||= outcome.repeated;
      }
      return repeated;
    };
    if (!this.ports.traced) return work();
    const { type, id, traceparent: parent } = message;
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'process',
      'messaging.destination.name': topic,
      'messaging.message.id': id,
      'messaging.kafka.message.key': message.key,
    };
    return this.ports.traced({ name: `handle ${type}`, parent, kind: 'consumer', attributes }, work);
  }

  /** An error with a known cause says itself whether it passes; one without gets a few tries. */
  private mayPass(delivery: Delivery, error: unknown): boolean {
    if (isRetriable(error)) return true;
    if (codeOf(error) !== 'INTERNAL') return false;
    const identity = identityOf(delivery);
    const failures = (this.failures.get(identity) ?? 0) + 1;
    if (this.failures.size > REMEMBERED) this.failures.clear();
    this.failures.set(identity, failures);
    this.ports.log.error({ topic: delivery.topic, key: delivery.key, failures, error }, 'a handler failed');
    return failures < UNKNOWN_FAILURES;
  }
}

function identityOf(delivery: Delivery): string {
  return `${delivery.topic}/${delivery.key}/${delivery.headers.ce_id ?? delivery.offset}`;
}
