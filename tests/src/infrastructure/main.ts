import { spawn } from 'node:child_process';
import { whyNoJava } from './java.js';
import { KAFKA_VERSION, startKafka } from './kafka.js';
import { startMongo } from './mongo.js';
import { startS3 } from './s3.js';

/**
 * `node tests/dist/infrastructure/main.js -- <command...>` starts every server this machine can, gives the command
 * their addresses in TEST_KAFKA_BROKERS, TEST_MONGODB_URI and TEST_S3_URL, and stops them when it has ended.
 */
interface Started {
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const servers: readonly { name: string; start: () => Promise<Started> }[] = [
  {
    name: 'Kafka',
    start: async () => {
      await requireJava();
      const kafka = await startKafka();
      const description = `Apache Kafka ${KAFKA_VERSION} at ${kafka.brokers}`;
      return { description, environment: { TEST_KAFKA_BROKERS: kafka.brokers }, stop: kafka.stop };
    },
  },
  {
    name: 'MongoDB',
    start: async () => {
      if (!process.env.MONGODB_URI) await requireJava();
      const mongo = await startMongo();
      return { description: mongo.description, environment: { TEST_MONGODB_URI: mongo.uri }, stop: mongo.stop };
    },
  },
  {
    name: 'S3',
    start: async () => {
      const s3 = await startS3();
      return { description: 's3rver', environment: { ...s3.environment, TEST_S3_URL: s3.url }, stop: s3.stop };
    },
  },
];

async function requireJava(): Promise<void> {
  const reason = await whyNoJava();
  if (reason) throw new Error(reason);
}

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(process.argv.indexOf('--') + 1);
  if (!process.argv.includes('--') || !command) {
    console.error('Usage: node tests/dist/infrastructure/main.js -- <command...>');
    return 2;
  }
  const results = await Promise.allSettled(servers.map(({ start }) => start()));
  const started: Started[] = [];
  for (const [i, result] of results.entries()) {
    const { name } = servers[i]!;
    if (result.status === 'fulfilled') {
      started.push(result.value);
      console.log(`${name}: ${result.value.description}`);
    } else {
      const { message } = result.reason as Error;
      console.log(`${name}: SKIPPED, ${message}`);
    }
  }
  try {
    return await runCommand(command, args, Object.assign({}, ...started.map(({ environment }) => environment)));
  } finally {
    await Promise.allSettled(started.map(({ stop }) => stop()));
  }
}

function runCommand(command: string, args: readonly string[], environment: Record<string, string>): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main();
