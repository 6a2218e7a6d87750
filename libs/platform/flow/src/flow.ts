import type { Query } from '@trainyard/store';
import type { Aggregate, AnyAggregate, Command, Wake } from './aggregate.js';
import { WORKER_LOST } from './errors.js';
import type { FlowPorts } from './ports.js';
import { type AggregateRecord, fromStored } from './record.js';
import { Relay } from './relay.js';
import { type Origin, type Transition, transition } from './transition.js';

/** Told after each change that this process made, once it is stored. */
export type CommitListener = (
  aggregate: AnyAggregate,
  record: AggregateRecord<unknown>,
  events: readonly { readonly type: string }[],
) => void;

/** What `expireLease` decides when time passes; a worker may say the same of itself. */
function isExpiry(event: { readonly type: string }): boolean {
  return (event as { readonly code?: string }).code === WORKER_LOST;
}

/** The aggregates of one service: commands in, stored state and published events out. */
export class Flow {
  private readonly listeners = new Set<CommitListener>();
  private readonly stopping = new AbortController();
  readonly relay: Relay;

  constructor(readonly ports: FlowPorts) {
    this.relay = new Relay(ports, this.stopping.signal);
  }

  /** Applies a command; resolves once the change is stored. Its events are published right after, without waiting. */
  async handle<State, C extends Command, Event extends { readonly type: string }>(
    aggregate: Aggregate<State, C, Event>,
    id: string,
    command: C | Wake,
    origin?: Origin,
  ): Promise<Transition<State, Event>> {
    const outcome = await transition(this.ports, aggregate, id, command, origin);
    if (outcome.record && outcome.events.length > 0) {
      for (const listener of this.listeners) listener(aggregate, outcome.record, outcome.events);
      if (command.type === 'Wake' && outcome.events.some(isExpiry)) this.ports.metrics?.leaseExpired(aggregate.name);
    }
    // A repeat may mean that the first time ended between the write and the publishing.
    if (outcome.record && outcome.record.outbox.length > 0) void this.relay.flush(aggregate, outcome.record);
    return outcome;
  }

  async load<State>(
    aggregate: Aggregate<State, never, never> | AnyAggregate,
    id: string,
  ): Promise<AggregateRecord<State> | undefined> {
    const stored = await this.ports.store.get(aggregate.name, id);
    return stored && fromStored<State>(stored);
  }

  async find<State>(aggregate: AnyAggregate, query: Query): Promise<AggregateRecord<State>[]> {
    return (await this.ports.store.find(aggregate.name, query)).map((document) => fromStored<State>(document));
  }

  onCommit(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stops publishing; what is left stays in the outboxes for the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.relay.idle();
  }
}
