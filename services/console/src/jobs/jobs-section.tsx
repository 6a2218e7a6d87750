import { useEffect, useRef, useState } from 'react';
import { hasEnded, type Job } from '../api/types';
import { Problem } from '../page/problem';
import type { Polled } from '../page/use-polled';
import { JobCard } from './job-card';

/** The jobs with their live progress. */
export function JobsSection({ jobs }: { jobs: Polled<readonly Job[]> }) {
  return (
    <section aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      {jobs.error && <Problem error={jobs.error} />}
      {!jobs.value && !jobs.error && <p className="quiet-text">Loading jobs…</p>}
      {jobs.value?.length === 0 && <p className="empty">No job yet. Train a model from a file, and it appears here.</p>}
      {jobs.value && jobs.value.length > 0 && (
        <ul className="cards">
          {jobs.value.map((job) => (
            <JobCard key={job.jobId} job={job} />
          ))}
        </ul>
      )}
      <Announcer jobs={jobs.value ?? []} />
    </section>
  );
}

/** Tells a screen reader when a job ends; progress itself would talk without pause. */
function Announcer({ jobs }: { jobs: readonly Job[] }) {
  const running = useRef(new Set<string>());
  const [said, setSaid] = useState('');
  useEffect(() => {
    for (const job of jobs) {
      if (!hasEnded(job.status)) running.current.add(job.jobId);
      else if (running.current.delete(job.jobId)) setSaid(`Job ${job.name ?? job.jobId} ${job.status}.`);
    }
  }, [jobs]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {said}
    </p>
  );
}
