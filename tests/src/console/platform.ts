import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, ServerProcess } from '../infrastructure/server-process.js';

export interface StartedPlatform {
  readonly address: string;
  stop(): Promise<void>;
}

/** The whole platform as `npm start` runs it, without the example, on a free port and a folder of its own. */
export async function startPlatform(): Promise<StartedPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-console-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL('../../../embedded/dist/main.js', import.meta.url));
  const environment = { ...process.env, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: join(folder, 'data') };
  const server = new ServerProcess(process.execPath, [main, '--no-example'], join(folder, 'log.txt'), environment);
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
  return { address, stop };
}

async function isReady(address: string): Promise<boolean> {
  const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
  return answer?.ok ?? false;
}
