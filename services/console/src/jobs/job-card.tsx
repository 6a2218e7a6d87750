import { useState } from 'react';
import { ApiError } from '../api/http';
import { cancelJob } from '../api/jobs';
import { hasEnded, type Job, type JobStatus } from '../api/types';
import { MetricList } from '../page/metrics';
import { formatAge } from '../page/numbers';
import { Problem } from '../page/problem';

const words: Record<JobStatus, string> = {
  queued: 'Queued',
  tuning: 'Tuning',
  running: 'Training',
  evaluating: 'Evaluating',
  deploying: 'Deploying',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** One job: where it is, how far, and how it ended. */
export function JobCard({ job }: { job: Job }) {
  const label = job.name ?? job.jobId;
  return (
    <li className="card job" data-status={job.status} data-job={job.jobId}>
      <header>
        <h3>{label}</h3>
        <span className="status">{words[job.status] ?? job.status}</span>
      </header>
      <p className="facts">{factsOf(job)}</p>
      {!hasEnded(job.status) && <Progress job={job} label={label} />}
      {job.status === 'completed' && <MetricList metrics={job.metrics} limit={4} />}
      {job.error && <Problem error={{ status: 0, ...job.error }} />}
    </li>
  );
}

function factsOf({ jobId, task, attempts = 0, stage, status, model, acceptedAt }: Job): string {
  const facts = [
    task && task !== 'auto' ? task : undefined,
    stage && stage !== status && !hasEnded(status) ? stage : undefined,
    attempts > 1 ? `attempt ${attempts}` : undefined,
    model?.version ? `version ${model.version}` : undefined,
    formatAge(acceptedAt),
    jobId.slice(0, 13),
  ];
  return facts.filter(Boolean).join(' · ');
}

function Progress({ job, label }: { job: Job; label: string }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, job.progress ?? 0)));
  const step = job.iteration && job.iterations ? `${job.iteration} / ${job.iterations}` : `${percent} %`;
  return (
    <div className="progress-row">
      <progress max={100} value={percent} aria-label={`Progress of ${label}`} />
      <span className="step">{step}</span>
      <Cancel jobId={job.jobId} label={label} />
    </div>
  );
}

function Cancel({ jobId, label }: { jobId: string; label: string }) {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<ApiError>();
  const cancel = async () => {
    setAsked(true);
    setError(undefined);
    try {
      await cancelJob(jobId);
    } catch (thrown) {
      setAsked(false);
      setError(thrown instanceof ApiError ? thrown : new ApiError(0, 'UNEXPECTED', String(thrown)));
    }
  };
  return (
    <>
      <button type="button" className="quiet" disabled={asked} onClick={cancel} aria-label={`Cancel ${label}`}>
        {asked ? 'Cancelling…' : 'Cancel'}
      </button>
      {error && <Problem error={error} />}
    </>
  );
}
