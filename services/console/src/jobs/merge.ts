import { hasEnded, type Job } from '../api/types';

/**
 * A job after a change. The list and the stream arrive on different ways, so an older answer may come last: an ended
 * job stays ended, and progress never goes back within one attempt.
 */
export function mergeJob(before: Job, change: Partial<Job>): Job {
  if (hasEnded(before.status) && change.status && !hasEnded(change.status)) return before;
  const after = { ...before, ...change };
  const sameAttempt = (change.attempts ?? before.attempts) === before.attempts;
  return sameAttempt && before.progress !== undefined && after.status !== 'queued'
    ? { ...after, progress: Math.max(before.progress, after.progress ?? 0) }
    : after;
}

/** The list as last answered, with what the streams have told since. */
export function mergeList(known: ReadonlyMap<string, Job>, listed: readonly Job[]): Map<string, Job> {
  const merged = new Map<string, Job>();
  for (const job of listed) {
    const before = known.get(job.jobId);
    merged.set(job.jobId, before ? mergeJob(before, job) : job);
  }
  return merged;
}
