import { useEffect, useMemo, useState } from 'react';
import { followJob, listJobs } from '../api/jobs';
import { hasEnded, type Job } from '../api/types';
import { type Polled, usePolled } from '../page/use-polled';
import { mergeJob, mergeList } from './merge';

/** A browser opens six connections to one host over HTTP/1.1, and the other calls need some of them. */
const STREAMS = 3;
const POLL_MS = 3000;

/** The jobs, newest first: the list by polling, the newest unended ones live. */
export function useJobs(): Polled<readonly Job[]> {
  const { value: listed, error, refresh } = usePolled(listJobs, POLL_MS);
  const [jobs, setJobs] = useState<ReadonlyMap<string, Job>>();
  useEffect(() => {
    if (listed) setJobs((known) => mergeList(known ?? new Map(), listed));
  }, [listed]);

  const live = [...(jobs?.values() ?? [])].filter((job) => !hasEnded(job.status)).slice(0, STREAMS);
  const followed = live.map((job) => job.jobId).join('\n');
  useEffect(() => {
    const abort = new AbortController();
    for (const jobId of followed.split('\n').filter(Boolean)) {
      void followJob(jobId, abort.signal, (change) =>
        setJobs((known) => {
          const before = known?.get(jobId);
          return before ? new Map(known).set(jobId, mergeJob(before, { ...change, jobId })) : known;
        }),
      );
    }
    return () => abort.abort();
  }, [followed]);

  const value = useMemo(() => jobs && [...jobs.values()], [jobs]);
  return { value, error, refresh };
}
