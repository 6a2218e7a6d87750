import { useEffect, useRef, useState } from 'react';
import { hasEnded, type Job } from '../api/types';
import { Problem } from '../page/problem';
import type { Polled } from '../page/use-polled';
import { JobCard } from './job-card';

/** More would push the models off the screen. */
const SHOWN = 6;

/** The jobs with their live progress. */
export function JobsSection({ jobs }: { jobs: Polled<readonly Job[]> }) {
  return (
    <section aria-labelledby="jobs-title">
      <h2 id="jobs-title">Jobs</h2>
      {jobs.error && <Problem error={jobs.error} />}
      {!jobs.value && !jobs.error && <p className="quiet-text">Loading jobs…</p>}
      {jobs.value?.length === 0 && <p className="empty">No job yet. Train a model from a file, and it appears here.</p>}
      {jobs.value && jobs.value.length > 0 && <JobList jobs={jobs.value} />}
      <Announcer jobs={jobs.value ?? []} />
    </section>
  );
}

function JobList({ jobs }: { jobs: readonly Job[] }) {
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(0, jobs.length - SHOWN);
  return (
    <>
      <ul className="cards">
        {jobs.slice(0, jobs.length - hidden).map((job) => (
          <JobCard key={job.jobId} job={job} />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" className="quiet more" onClick={() => setAll(true)}>
          Show {hidden} older
        </button>
      )}
    </>
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
