import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jarsOf } from './java.js';
import { type KafkaUser, type SecuredListener, securedListener } from './kafka-listener.js';
import { cacheFolder } from './paths.js';
import { freePort, ServerProcess } from './server-process.js';

export const KAFKA_VERSION = '4.3.1';
const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw';
// A short life on a small machine: quick to start is worth more than quick at full speed.
const JAVA_OPTIONS = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
];

export interface KafkaServer {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  /** The listener with TLS and a user, when one was asked for. */
  readonly secured: { readonly brokers: string; readonly caFile: string } | undefined;
  readonly pid: number;
  /** Ends the broker in an orderly way, and removes its data unless the caller chose the folder. */
  stop(): Promise<void>;
  /** Kills the broker with SIGKILL; its data stays. */
  kill9(): Promise<void>;
  /** Starts the broker again on the same port and data, after kill9() or instead of the running one. */
  restart(): Promise<void>;
}

/** Starts a real Apache Kafka (one node, KRaft) and waits until it answers; 3-8 s. Needs Java 17, and Maven the first time. */
export async function startKafka(
  options: { port?: number; dataDir?: string; user?: KafkaUser } = {},
): Promise<KafkaServer> {
  const jars = join(await jarsOf('kafka', `kafka-${KAFKA_VERSION}`), '*');
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'trainyard-kafka-')));
  const port = options.port ?? (await freePort());
  const properties = join(folder, 'server.properties');
  await mkdir(folder, { recursive: true });
  const securedPort = await freePort();
  const secured = options.user && (await securedListener(join(folder, 'tls'), securedPort, options.user));
  await writeFile(properties, serverProperties(port, await freePort(), folder, secured));
  await format(jars, folder, properties);

  const start = async (): Promise<ServerProcess> => {
    const args = ['-Xms64m', '-Xmx256m', ...JAVA_OPTIONS, '-cp', jars, 'kafka.Kafka', properties];
    const started = new ServerProcess('java', args, join(folder, 'kafka.log'));
    await started.waitUntil(() => answersApiVersions(port), 90_000);
    return started;
  };
  let server = await start();
  return {
    brokers: `127.0.0.1:${port}`,
    secured: secured && { brokers: `127.0.0.1:${securedPort}`, caFile: secured.caFile },
    get pid() {
      return server.pid;
    },
    async stop() {
      await server.end('SIGTERM');
      if (!options.dataDir) await rm(folder, { recursive: true, force: true });
    },
    kill9: () => server.end('SIGKILL'),
    async restart() {
      await server.end('SIGTERM');
      server = await start();
    },
  };
}

function serverProperties(port: number, controllerPort: number, folder: string, secured?: SecuredListener): string {
  const more = secured ? `,${secured.listener}` : '';
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${more}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${more}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(folder, 'logs'),
    'num.partitions': 1,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A killed broker comes back only when its old registration has expired.
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    'auto.create.topics.enable': 'false',
    'log.cleaner.dedupe.buffer.size': 8388608,
    ...secured?.settings,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Formatting costs a start of the virtual machine, so it is done once per machine and copied. */
async function format(jars: string, folder: string, properties: string): Promise<void> {
  const logs = join(folder, 'logs');
  if (existsSync(join(logs, 'meta.properties'))) return;
  const formatted = join(cacheFolder, `kafka-${KAFKA_VERSION}-formatted`);
  if (!existsSync(formatted)) {
    const args = ['-Xmx128m', ...JAVA_OPTIONS, '-cp', jars, 'kafka.tools.StorageTool', 'format'];
    const { stderr } = await promisify(execFile)('java', [...args, '-t', CLUSTER_ID, '-c', properties]);
    await appendFile(join(folder, 'kafka.log'), stderr);
    const partial = `${formatted}.${process.pid}`;
    await cp(logs, partial, { recursive: true });
    await rename(partial, formatted).catch(() => rm(partial, { recursive: true, force: true }));
    return;
  }
  await cp(formatted, logs, { recursive: true });
}

/** ApiVersions v0, the request every broker answers first (https://kafka.apache.org/protocol#The_Messages_ApiVersions). */
function answersApiVersions(port: number): Promise<boolean> {
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const answer = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(2000, () => answer(false));
    socket.on('error', () => answer(false));
    socket.on('close', () => answer(false));
    socket.on('data', () => answer(true));
  });
}
