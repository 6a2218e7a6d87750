import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { jarsOf } from './java.js';
import { cacheFolder, serversFolder } from './paths.js';

const MONGO_JAVA_SERVER = '1.47.0';

export interface MongoDatabase {
  /** For MONGODB_URI. */
  readonly uri: string;
  /** Which server it is, for the closing lines of a test run. */
  readonly description: string;
  stop(): Promise<void>;
}

/** The MongoDB of MONGODB_URI when that is set; else starts mongo-java-server, which keeps its data in memory. */
export async function startMongo(options: { port?: number } = {}): Promise<MongoDatabase> {
  const uri = process.env.MONGODB_URI;
  if (uri) return { uri, description: 'the MongoDB of MONGODB_URI', stop: async () => {} };
  const jars = join(await jarsOf('mongo', `mongo-java-server-${MONGO_JAVA_SERVER}`), '*');
  const classes = await compile(jars);
  const child = spawn(
    'java',
    [
      '-Xmx256m',
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${classes}:${jars}`,
      'Server',
      `${options.port ?? 0}`,
    ],
    { detached: true, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  child.unref();
  // The server ends with its standard input, so also when this process is killed.
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref(): void }).unref();
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('mongo-java-server ended at once.')));
    createInterface(child.stdout).once('line', (line) => resolve(Number(line.replace('port ', ''))));
    (child.stdout as unknown as { ref(): void }).ref();
  });
  (child.stdout as unknown as { unref(): void }).unref();
  return {
    uri: `mongodb://127.0.0.1:${port}/trainyard`,
    description: `mongo-java-server ${MONGO_JAVA_SERVER} (in memory; set MONGODB_URI to use a MongoDB)`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function compile(jars: string): Promise<string> {
  const source = join(serversFolder, 'mongo', 'Server.java');
  const classes = join(cacheFolder, 'mongo-server-classes');
  const compiled = join(classes, 'Server.class');
  if (!existsSync(compiled) || statSync(compiled).mtimeMs < statSync(source).mtimeMs) {
    await mkdir(classes, { recursive: true });
    await promisify(execFile)('javac', ['-cp', jars, '-d', classes, source]);
  }
  return classes;
}
