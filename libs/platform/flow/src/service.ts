import type { BusMessage } from '@trainyard/bus';
import type { Message } from '@trainyard/contracts';
import { topics } from '@trainyard/contracts';
import { type AnyAggregate, collectionOf } from './aggregate.js';
import { backoff } from './backoff.js';
import { Consumer, type Route } from './consumer.js';
import { deadLetters } from './dead-letter.js';
import { Flow } from './flow.js';
import type { FlowPorts } from './ports.js';
import { measureQueues, type PooledQueue } from './queue.js';
import { wakeDue } from './timer.js';
import type { Work } from './work.js';
import { Worker, type WorkerOptions } from './worker.js';

/** One service, as a list: what it keeps, what it hears, what long work it does. */
export interface ServiceDefinition {
  readonly name: string;
  readonly aggregates: readonly AnyAggregate[];
  /** Topics it reads as a consumer group, and what their messages mean to its aggregates. */
  readonly topics: readonly string[];
  readonly route: Route;
  /** Telemetry it listens to: each process hears it, nothing depends on it. */
  readonly broadcasts?: { readonly topics: readonly string[]; readonly hear: (message: Message) => void };
  /** Pools of long work. */
  // biome-ignore lint/suspicious/noExplicitAny: works of different states share a pool
  readonly pools?: readonly { readonly works: readonly Work<any>[]; readonly options: WorkerOptions }[];
  /** What its work waits in; default: the queues of its own pools. A service that leaves pools to others names them all. */
  readonly queues?: readonly PooledQueue[];
  /** How often timers and left-over outboxes are looked at (ms). */
  readonly tickMs?: number;
}

/** Runs a service's flow: subscriptions, relay, timers and workers. */
export class RunningService {
  readonly flow: Flow;
  private readonly stopping = new AbortController();
  private readonly subscriptions: { stop(): Promise<void> }[] = [];
  private readonly workers: Worker[] = [];
  private ticking: Promise<void> | undefined;
  private readonly measuring: (() => void)[] = [];
  private markEnded: () => void = () => {};
  /** Resolves when every pool has done all it may; never for a service whose work has no such limit. */
  readonly ended = new Promise<void>((resolve) => {
    this.markEnded = resolve;
  });

  constructor(
    readonly definition: ServiceDefinition,
    readonly ports: FlowPorts,
    flow?: Flow,
  ) {
    this.flow = flow ?? new Flow(ports);
  }

  /** Opens the collections and topics. */
  async open(): Promise<void> {
    await this.ports.store.open([...this.definition.aggregates.map(collectionOf), deadLetters]);
    await this.ports.bus.ensureTopics(topics);
  }

  /** Starts to listen. In one process every service listens before the first one works: the embedded bus keeps nothing. */
  async listen(): Promise<void> {
    const { definition, ports } = this;
    const consumer = new Consumer(ports, this.flow, definition.route);
    if (definition.topics.length > 0) {
      const group = groupOf(definition);
      this.subscriptions.push(
        await ports.bus.subscribe({
          group,
          topics: definition.topics,
          handler: consumer.handle,
          onCommitted: consumer.committed,
        }),
      );
    }
    if (definition.broadcasts) await this.hear(definition.broadcasts);
  }

  /** Starts timers, the outbox sweep and the workers. */
  begin(): void {
    for (const { works, options } of this.definition.pools ?? []) {
      const worker = new Worker(this.flow, works, options);
      worker.start();
      this.workers.push(worker);
    }
    this.measure();
    if (this.workers.length > 0) void Promise.all(this.workers.map(({ ended }) => ended)).then(this.markEnded);
    this.ticking = this.tick();
  }

  /** All three, for a service that is alone in its process. */
  async start(): Promise<void> {
    await this.open();
    await this.listen();
    this.begin();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const end of this.measuring) end();
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
    await Promise.all(this.workers.map((worker) => worker.stop()));
    await this.ticking;
    await this.flow.stop();
  }

  private measure(): void {
    const { store, bus, clock, metrics } = this.ports;
    const { pools = [], queues = pools.flatMap(queuesOf) } = this.definition;
    if (!metrics) return;
    const group = groupOf(this.definition);
    if (bus.backlog) this.measuring.push(metrics.backlog(() => bus.backlog?.(group) ?? []));
    if (queues.length > 0) this.measuring.push(metrics.queues(() => measureQueues(store, clock.now(), queues)));
  }

  private async hear(broadcasts: NonNullable<ServiceDefinition['broadcasts']>): Promise<void> {
    const handler = async (delivery: BusMessage) => {
      try {
        broadcasts.hear(await this.ports.codec.decode(delivery));
      } catch (error) {
        this.ports.log.warn({ topic: delivery.topic, error }, 'telemetry could not be read');
      }
    };
    this.subscriptions.push(
      await this.ports.bus.subscribe({
        group: groupOf(this.definition),
        topics: broadcasts.topics,
        handler,
        mode: 'broadcast',
      }),
    );
  }

  private async tick(): Promise<void> {
    const { clock, log } = this.ports;
    const { aggregates, tickMs = 250 } = this.definition;
    for (let failures = 0; !this.stopping.signal.aborted; ) {
      try {
        await this.flow.relay.sweep(aggregates);
        await wakeDue(this.flow, aggregates);
        failures = 0;
        await clock.sleep(tickMs, this.stopping.signal);
      } catch (error) {
        log.warn({ error }, 'looking after timers and outboxes failed');
        await clock.sleep(backoff(++failures, 250, 5000), this.stopping.signal);
      }
    }
  }
}

function queuesOf({ works, options }: NonNullable<ServiceDefinition['pools']>[number]): PooledQueue[] {
  return works.map((queue) => ({ pool: options.pool, queue }));
}

/** Under which name its processes share the topics. */
function groupOf({ name }: ServiceDefinition): string {
  return `trainyard.${name}`;
}
