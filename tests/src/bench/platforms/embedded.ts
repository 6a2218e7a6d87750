import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, ServerProcess } from '../../infrastructure/server-process.js';
import { environmentWith } from './environment.js';
import type { Observed } from './observer.js';
import type { BenchPlatform } from './platform.js';
import { Rest } from './rest.js';

const main = fileURLToPath(new URL('../../../../embedded/dist/main.js', import.meta.url));
const observedMain = fileURLToPath(new URL('./observed-embedded.js', import.meta.url));
const MARK = 'observed ';

/** The platform of `npm start`, without the example, on a free port and in a folder of its own. */
export async function startEmbedded({ observed = false } = {}): Promise<BenchPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'));
  const port = await freePort();
  const rest = new Rest(`http://127.0.0.1:${port}`);
  const environment = environmentWith({ PORT: String(port), DATA_DIR: join(folder, 'data') });
  const args = observed ? [observedMain] : [main, '--no-example'];
  const server = new ServerProcess(process.execPath, args, join(folder, 'log.txt'), environment);
  const stop = async () => {
    await server.end('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async () => (observed ? server.output().includes('observing\n') : true) && (await rest.isReady());
  try {
    await server.waitUntil(isReady, 60_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return { rest, stop, observed: () => parse(server.output()) };
}

function parse(output: string): Observed[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => JSON.parse(line.slice(MARK.length)) as Observed);
}
