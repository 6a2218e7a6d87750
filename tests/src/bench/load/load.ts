import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Summary } from '../report/statistics.js';

/** One call, made `rate` times a second. */
export interface Load {
  readonly url: string;
  readonly body: string;
  readonly rate: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly sent: number;
  /** Of answers with status 200, in ms from when the request was due. */
  readonly latency: Summary;
  /** How late the generator itself sent, in ms; part of the latency. */
  readonly lateness: Summary;
  /** Requests without such an answer, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

const generator = fileURLToPath(new URL('./generator.js', import.meta.url));

/** Puts load on a call from a process of its own. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const { stdout } = await promisify(execFile)(process.execPath, [generator, JSON.stringify(load)]);
  return JSON.parse(stdout) as LoadResult;
}
