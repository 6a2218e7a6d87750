import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bus, openBus } from '@trainyard/bus';
import { builtinSchemas, EventCodec } from '@trainyard/contracts';
import { whyNoJava } from '../../infrastructure/java.js';
import { KAFKA_VERSION, startKafka } from '../../infrastructure/kafka.js';
import { startMongo } from '../../infrastructure/mongo.js';
import { freePort, ServerProcess } from '../../infrastructure/server-process.js';
import { environmentWith } from './environment.js';
import { type Observed, observe } from './observer.js';
import type { BenchPlatform } from './platform.js';
import { Rest } from './rest.js';

const services = ['registry', 'serving', 'evaluator', 'optimizer', 'training', 'gateway'] as const;

export interface DistributedPlatform extends BenchPlatform {
  /** Connected to the platform's Kafka, as any other program may be. */
  readonly bus: Bus;
  readonly codec: EventCodec;
  /** Which servers it stands on. */
  readonly description: string;
}

/**
 * Each service in a process of its own with its default settings (tests/src/chaos starts them with short leases and sessions, to
 * see them expire), on a real Kafka and a MongoDB. @throws where there is no Java
 */
export async function startDistributed(): Promise<DistributedPlatform> {
  const reason = await whyNoJava();
  if (reason) throw new Error(reason);
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
  const ending: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const end of ending.reverse()) await end();
  };
  try {
    const [kafka, mongo] = await Promise.all([startKafka(), startMongo()]);
    ending.push(kafka.stop, mongo.stop);
    const shared = {
      KAFKA_BROKERS: kafka.brokers,
      MONGODB_URI: ownDatabase(mongo.uri),
      DATA_DIR: join(folder, 'data'),
    };
    const rest = await startServices(folder, shared, ending);
    const bus = await openBus({ brokers: kafka.brokers, clientId: 'bench' });
    ending.push(() => bus.close());
    const codec = new EventCodec(builtinSchemas());
    const told: Observed[] = [];
    await observe(bus, codec, (observed) => told.push(observed));
    const description = `Apache Kafka ${KAFKA_VERSION} and ${mongo.description}`;
    return { rest, bus, codec, description, observed: () => told, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** On a MongoDB that was there before, nothing of an earlier run may be found. */
function ownDatabase(server: string): string {
  const uri = new URL(server);
  uri.pathname = `/bench_${randomUUID().slice(0, 8)}`;
  return uri.href;
}

async function startServices(
  folder: string,
  shared: Record<string, string>,
  ending: (() => Promise<unknown>)[],
): Promise<Rest> {
  const ports = await Promise.all(services.map(() => freePort()));
  const at = (name: string) => `http://127.0.0.1:${ports[services.indexOf(name as 'gateway')]}`;
  const upstreams = ['registry', 'serving', 'evaluator', 'optimizer'].map((name) => [
    `${name.toUpperCase()}_URL`,
    at(name),
  ]);
  const started = services.map((name, i) => {
    const main = fileURLToPath(new URL(`../../../../services/${name}/dist/main.js`, import.meta.url));
    const own = { PORT: String(ports[i]), LOG_LEVEL: 'warn' };
    const environment = environmentWith({ ...shared, ...Object.fromEntries(upstreams), ...own });
    return new ServerProcess(process.execPath, [main], join(folder, `${name}.log`), environment);
  });
  ending.push(() => Promise.all(started.map((server) => server.end('SIGTERM'))));
  await Promise.all(started.map((server, i) => server.waitUntil(() => new Rest(at(services[i]!)).isReady(), 90_000)));
  return new Rest(at('gateway'));
}
