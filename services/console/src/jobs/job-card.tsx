import { useState } from 'react';
import { ApiError } from '../api/http';
import { cancelJob } from '../api/jobs';
import { hasEnded, type Job, type JobStatus } from '../api/types';
import { MetricList } from '../page/metrics';
import { formatAge } from '../page/numbers';
import { Problem } from '../page/problem';

const words: Record<JobStatus | 'deploying', string> = {
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
        <span className="status">{words[(job.stage ?? job.status) as JobStatus] ?? job.status}</span>
      </header>
      <p className="facts">{factsOf(job)}</p>
      {!hasEnded(job.status) && <Progress job={job} label={label} />}
      {job.status === 'completed' && <MetricList metrics={job.metrics} limit={4} />}
      {job.error && <Problem error={{ status: 0, ...job.error }} />}
    </li>
  );
}

function factsOf({ jobId, task, attempts = 0, model, acceptedAt }: Job): string {
  const facts = [
    task,
    attempts > 1 ? `attempt ${attempts}` : undefined,
    model?.version ? `version ${model.version}` : undefined,
    formatAge(acceptedAt),
    jobId.slice(0, 13),
  ];
  return facts.filter(Boolean).join(' · ');
}

function Progress({ job, label }: { job: Job; label: string }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, job.progress ?? 0)));
  // Why a job waits again is worth a line; while it trains, the bar says enough.
  const waits = job.status === 'queued' && job.message;
  return (
    <div className="progress-row">
      <progress max={100} value={percent} aria-label={`Progress of ${label}`} />
      <span className="step">{stepOf(job) ?? `${percent} %`}</span>
      <Cancel jobId={job.jobId} label={label} underWay={job.cancelling ?? false} />
      {waits && <p className="facts">{job.message}</p>}
    </div>
  );
}

function stepOf({ status, iteration, iterations, study }: Job): string | undefined {
  if (status === 'tuning' && study) return `${study.finished} / ${study.trials} trials`;
  return status === 'running' && iterations ? `${iteration ?? 0} / ${iterations}` : undefined;
}

function Cancel({ jobId, label, underWay }: { jobId: string; label: string; underWay: boolean }) {
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
      <button
        type="button"
        className="quiet"
        disabled={asked || underWay}
        onClick={cancel}
        aria-label={`Cancel ${label}`}
      >
        {asked || underWay ? 'Cancelling…' : 'Cancel'}
      </button>
      {error && <Problem error={error} />}
    </>
  );
}
