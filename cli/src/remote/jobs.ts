import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitCode, exitCodeOf, ServerError } from '../failure.js';
import { printJson, printRows } from '../print.js';
import { ProgressLine } from '../train/progress-line.js';
import type { Client } from './client.js';
import { readEvents } from './event-stream.js';
import { listAll } from './list-all.js';

const JOBS = '/api/v1/models/jobs';
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** What is used here of a job; the server may tell more. */
export interface Job {
  readonly jobId: string;
  readonly status: string;
  readonly stage?: string;
  readonly progress?: number;
  readonly task?: string;
  readonly name?: string;
  readonly model?: { readonly id: string; readonly version: string } | null;
  readonly metrics?: Readonly<Record<string, number>> | null;
  readonly error?: { readonly code: string; readonly message: string } | null;
}

const pathOf = (jobId: string) => `${JOBS}/${encodeURIComponent(jobId)}`;

export async function listJobs(client: Client, asJson: boolean): Promise<void> {
  const jobs = await listAll<Job>(client, JOBS, 'jobs');
  if (asJson) return printJson(jobs);
  printRows(
    jobs.map(({ jobId, status, progress, task, name, error }) => ({
      job: jobId,
      status,
      progress,
      task,
      name,
      error: error?.code,
    })),
  );
}

export async function getJob(client: Client, jobId: string): Promise<void> {
  printJson(await client.call(pathOf(jobId)));
}

export async function cancelJob(client: Client, jobId: string): Promise<void> {
  printJson(await client.call(pathOf(jobId), { method: 'DELETE' }));
}

/** Shows a job's progress until it has ended; the exit code says how it ended. */
export async function watchJob(client: Client, jobId: string): Promise<ExitCode> {
  const line = new ProgressLine(jobId);
  let job = await client.call<Job>(pathOf(jobId));
  try {
    const show = () => line.show({ stage: (job.stage ?? job.status) as 'fitting', fraction: job.progress ?? 0 });
    show();
    for await (const change of changes(client, jobId, () => ENDED.has(job.status))) {
      job = { ...job, ...change };
      show();
    }
  } finally {
    line.end();
  }
  const ended = await client.call<Job>(pathOf(jobId));
  printJson(ended);
  return ended.status === 'completed' ? 0 : ended.error ? exitCodeOf(ended.error.code) : 1;
}

/** The changes of a job, over as many connections as it takes. */
async function* changes(client: Client, jobId: string, hasEnded: () => boolean): AsyncGenerator<Partial<Job>> {
  let lastId: string | undefined;
  let refusals = 0;
  while (!hasEnded()) {
    try {
      const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
      const { body } = await client.open(`${pathOf(jobId)}/events`, { headers });
      for await (const { id, data } of readEvents(body)) {
        lastId = id ?? lastId;
        refusals = 0;
        const change: unknown = JSON.parse(data);
        if (typeof change === 'object' && change !== null) yield change;
        if (hasEnded()) return;
      }
    } catch (error) {
      if (error instanceof ServerError && error.code !== 'UNREACHABLE') throw error;
      if (++refusals > 10) throw error;
    }
    await sleep(Math.min(5000, 200 * 2 ** refusals));
    yield await client.call<Job>(pathOf(jobId)).catch(() => ({}));
  }
}
