import { readEvents } from './event-stream';
import { call } from './http';
import { hasEnded, type Job, type TrainRequest } from './types';

const jobs = '/api/v1/models/jobs';

/** The newest jobs first. */
export async function listJobs(signal?: AbortSignal): Promise<Job[]> {
  const answer = await call<{ jobs: Job[] }>(`${jobs}?limit=50`, signal ? { signal } : {});
  return answer.jobs;
}

export function cancelJob(jobId: string): Promise<unknown> {
  return call(`${jobs}/${encodeURIComponent(jobId)}`, { method: 'DELETE' });
}

/** Asks for a training. The key makes a second press of the button, or a repeat after a timeout, the same job. */
export function startTraining(request: TrainRequest, idempotencyKey: string): Promise<Job> {
  return call('/api/v1/models/train', {
    method: 'POST',
    body: request,
    headers: { 'idempotency-key': idempotencyKey },
  });
}

/** Follows one job until it has ended; every event carries the fields of the job that it changes. */
export function followJob(jobId: string, signal: AbortSignal, onChange: (change: Partial<Job>) => void): Promise<void> {
  return readEvents(`${jobs}/${encodeURIComponent(jobId)}/events`, signal, ({ data }) => {
    const change = readChange(data);
    if (!change) return 'more';
    onChange(change);
    return change.status && hasEnded(change.status) ? 'end' : 'more';
  });
}

function readChange(data: string): Partial<Job> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Partial<Job>) : undefined;
  } catch {
    return undefined;
  }
}
