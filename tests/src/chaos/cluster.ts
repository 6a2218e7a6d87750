import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '@trainyard/store';
import { type KafkaServer, startKafka } from '../infrastructure/kafka.js';
import { startMongo } from '../infrastructure/mongo.js';
import { freePort, ServerProcess } from '../infrastructure/server-process.js';
import { eventually } from './eventually.js';
import { dataRoot, GatewayClient } from './gateway-client.js';
import { TopicLog } from './topic-log.js';

export const serviceNames = ['registry', 'serving', 'evaluator', 'optimizer', 'training', 'gateway'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Where the services keep what a job leaves behind. */
const collections = ['JobView', 'TrainingJob', 'TrainingTrial', 'Study', 'Evaluation', 'Model', 'Run', 'Deployment'];
/** Short, so that what a killed process leaves is taken up within seconds. */
const SESSION_SECONDS = '2';
const LEASE_SECONDS = '2';

/** The six services as processes of their own, on a Kafka of this cluster alone and a database of its own. */
export class Cluster {
  readonly gateway: GatewayClient;
  private readonly processes = new Map<string, ServerProcess>();

  private constructor(
    readonly kafka: KafkaServer,
    readonly store: Store,
    readonly log: TopicLog,
    private readonly folder: string,
    private readonly ports: Readonly<Record<string, number>>,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly stopDatabase: () => Promise<void>,
  ) {
    this.gateway = new GatewayClient(`http://127.0.0.1:${ports.gateway}`);
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-chaos-'));
    const [kafka, mongo] = await Promise.all([startKafka(), startDatabase()]);
    const ports = Object.fromEntries(
      await Promise.all([...serviceNames, 'training-2'].map(async (name) => [name, await freePort()] as const)),
    );
    const store = await openStore(mongo.uri);
    await store.open(collections.map((name) => ({ name, fields: { flowOutboxAt: 'number' }, indexes: [] })));
    const shared = {
      ...process.env,
      ...environment,
      HOST: '127.0.0.1',
      DATA_DIR: join(folder, 'data'),
      DATA_ROOTS: [dataRoot, folder].join(','),
      KAFKA_BROKERS: kafka.brokers,
      KAFKA_SESSION_SECONDS: SESSION_SECONDS,
      MONGODB_URI: mongo.uri,
      LEASE_SECONDS: environment.LEASE_SECONDS ?? LEASE_SECONDS,
      TRAINING_SLOTS: environment.TRAINING_SLOTS ?? '2',
      LOG_LEVEL: 'info',
      ...upstreams(ports),
    };
    const log = await TopicLog.open(kafka.brokers);
    const cluster = new Cluster(kafka, store, log, folder, ports, shared, mongo.stop);
    try {
      await Promise.all(serviceNames.map((name) => cluster.start(name)));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** A file for the services to read; removed with the cluster. */
  file(name: string): string {
    return join(this.folder, name);
  }

  process(name: string): ServerProcess {
    const running = this.processes.get(name);
    if (!running) throw new Error(`${name} was not started`);
    return running;
  }

  /** Starts a service and waits until it is ready. `training-2` is a second process of the training service. */
  async start(name: ServiceName | 'training-2', environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const main = fileURLToPath(new URL(`../../../services/${name.split('-')[0]}/dist/main.js`, import.meta.url));
    const port = String(this.ports[name]);
    const env = { ...this.environment, ...environment, PORT: port };
    const started = new ServerProcess(process.execPath, [main], join(this.folder, `${name}.log`), env);
    this.processes.set(name, started);
    await started.waitUntil(() => isReady(port), 60_000);
    return started;
  }

  /** Where a service listens. */
  portOf(name: ServiceName): number {
    return this.ports[name] as number;
  }

  /** Starts one more training process, which ends with the cluster at the latest. @param name of its own */
  startWorker(name: string, environment: NodeJS.ProcessEnv): ServerProcess {
    const main = fileURLToPath(new URL('../../../services/training/dist/main.js', import.meta.url));
    const env = { ...this.environment, ...environment, PORT: '0' };
    const started = new ServerProcess(process.execPath, [main], join(this.folder, `${name}.log`), env);
    this.processes.set(name, started);
    return started;
  }

  /** Starts a service unless it runs. */
  async ensure(name: ServiceName | 'training-2'): Promise<void> {
    if (!this.processes.get(name)?.running) await this.start(name);
  }

  /** Ends a service in an orderly way and starts it with other settings. */
  async restart(name: ServiceName, environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
    await this.process(name).end('SIGTERM');
    return this.start(name, environment);
  }

  /** An aggregate's state as it is stored. */
  async state<S>(collection: string, id: string): Promise<S | undefined> {
    const document = await this.store.get(collection, id);
    return (document?.body as { state: S } | undefined)?.state;
  }

  /** Waits until no aggregate owes the world an event. */
  async settled(): Promise<void> {
    await eventually('every outbox is empty', async () => {
      const owed = await Promise.all(
        collections.map(async (name) => [name, await this.store.count(name, { flowOutboxAt: { gte: 0 } })] as const),
      );
      const left = owed.filter(([, count]) => count > 0);
      assert.deepEqual(left, []);
      return true;
    });
  }

  /** Ends every process, also those that were stopped by a signal, and removes all files. */
  async stop(): Promise<void> {
    await Promise.all([...this.processes.values()].map((running) => running.end('SIGKILL')));
    await Promise.allSettled([this.log.close(), this.store.close()]);
    await Promise.allSettled([this.kafka.stop(), this.stopDatabase()]);
    // CHAOS_KEEP=1 leaves the services' logs where they are, to find out what went wrong.
    if (process.env.CHAOS_KEEP) console.log(`kept: ${this.folder}`);
    else await rm(this.folder, { recursive: true, force: true });
  }
}

/** A database of its own on the MongoDB of the test run, or a server of its own. */
async function startDatabase(): Promise<{ readonly uri: string; readonly stop: () => Promise<void> }> {
  const shared = process.env.TEST_MONGODB_URI;
  const mongo = shared ? { uri: shared, stop: async () => {} } : await startMongo();
  const uri = new URL(mongo.uri);
  uri.pathname = `/chaos_${randomUUID().slice(0, 8)}`;
  return { uri: uri.href, stop: () => mongo.stop() };
}

function upstreams(ports: Readonly<Record<string, number>>): NodeJS.ProcessEnv {
  const names = ['training', 'registry', 'serving', 'evaluator', 'optimizer'];
  return Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_URL`, `http://127.0.0.1:${ports[name]}`]));
}

export async function isReady(port: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  return answer?.ok ?? false;
}
