import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, ServerProcess } from '../infrastructure/server-process.js';

export interface StartedPlatform {
  readonly address: string;
  /** A folder of its own, which goes when the platform stops; files in it can be named by file:// URIs. */
  readonly folder: string;
  /** The process id. */
  readonly pid: number;
  /** What the platform printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL('../../../embedded/dist/main.js', import.meta.url));
/** The settings that would change what is tested; the machine's own must not reach the platform. */
const foreign = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'MONGODB_URI', 'ARTIFACTS_URL', 'API_KEYS_FILE', 'DATA_ROOTS'];

/** The whole platform as `npm start` runs it, by default without the example, on a free port and a folder of its own. */
export async function startPlatform(
  settings: NodeJS.ProcessEnv = {},
  options: readonly string[] = ['--no-example'],
): Promise<StartedPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-end-to-end-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const name of foreign) delete environment[name];
  Object.assign(environment, { PORT: String(port), HOST: '127.0.0.1', DATA_DIR: join(folder, 'data') });
  Object.assign(environment, { DATA_ROOTS: folder }, settings);
  const server = new ServerProcess(process.execPath, [main, ...options], join(folder, 'log.txt'), environment);
  const stop = async () => {
    await server.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.waitUntil(() => isReady(address), 30_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, folder, pid: server.pid, output: () => server.output(), stop };
}

async function isReady(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
  return answer?.ok ?? false;
}
