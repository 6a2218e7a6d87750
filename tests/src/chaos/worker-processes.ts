import { readFileSync } from 'node:fs';
import type { JobState } from '@trainyard/training-service';
import type { Cluster } from './cluster.js';
import { eventually } from './eventually.js';

/** Why the children of a process cannot be found here, or undefined when they can. */
export const whyNoProc = process.platform === 'linux' ? undefined : 'finding worker processes needs /proc (Linux)';

/** The worker processes of a service. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** The process that holds a job's lease: its number is in the worker's name. */
export function holderOf({ lease }: JobState): number {
  const pid = /-(\d+)-[0-9a-f]+$/.exec(lease?.worker ?? '')?.[1];
  if (!pid) throw new Error(`no process holds the lease: ${JSON.stringify(lease)}`);
  return Number(pid);
}

export function jobState(cluster: Cluster, jobId: string): Promise<JobState | undefined> {
  return cluster.state<JobState>('TrainingJob', jobId);
}

/** The job as soon as its state is as asked. */
export function jobWhen(
  cluster: Cluster,
  jobId: string,
  what: string,
  holds: (state: JobState) => boolean,
): Promise<JobState> {
  return eventually(`${jobId}: ${what}`, async () => {
    const state = await jobState(cluster, jobId);
    if (state && holds(state)) return state;
    const { status, attempts, failures, lease, refusals, failure, candidate } = state ?? {};
    const seen = { status, attempts, failures, lease, refusals, failure, trainedBy: candidate?.attempt };
    throw new Error(JSON.stringify(seen));
  });
}
