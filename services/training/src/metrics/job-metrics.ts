import type { Flow } from '@trainyard/flow';
import { BoundedLabels, collect, counterOf, gaugeOf, histogramOf } from '@trainyard/telemetry';
import type { JobEvent } from '../job/events.js';
import { trainingJob } from '../job/job.js';
import type { JobState, JobStatus } from '../job/state.js';
import { type TrialEvent, type TrialState, trainingTrial } from '../trial/trial.js';
import { jobDefinitions } from './definitions.js';

const service = 'training';
const LIVING: readonly JobStatus[] = ['queued', 'tuning', 'running', 'evaluating', 'deploying'];
/** Requests may name any model and plug-ins bring their own: beyond these they are counted together as `other`. */
const MOST_MODELS = 60;
const MOST_CODES = 100;

/**
 * Counts what becomes of jobs and trials. Each change is counted by the process that stored it, so once.
 * The answer ends that.
 */
export function watchJobs(flow: Flow): () => void {
  const jobs = gaugeOf(jobDefinitions.jobs);
  const ending = [
    flow.onCommit(counting()),
    collect(async () => {
      const counts = await Promise.all(LIVING.map((status) => flow.ports.store.count(trainingJob.name, { status })));
      for (const [i, status] of LIVING.entries()) jobs.set({ service, status }, counts[i] ?? 0);
    }),
  ];
  return () => ending.forEach((end) => void end());
}

function counting(): Parameters<Flow['onCommit']>[0] {
  const models = new BoundedLabels({ most: MOST_MODELS });
  const codes = new BoundedLabels({ most: MOST_CODES });
  const accepted = counterOf(jobDefinitions.accepted);
  const ended = counterOf(jobDefinitions.ended);
  const failures = counterOf(jobDefinitions.failures);
  const seconds = histogramOf(jobDefinitions.seconds);
  const fitSeconds = histogramOf(jobDefinitions.fitSeconds);
  const rows = counterOf(jobDefinitions.rows);
  const trials = counterOf(jobDefinitions.trials);

  const ofJob = (state: JobState, event: JobEvent): void => {
    const model = models.of(modelOf(state));
    switch (event.type) {
      case 'Accepted':
        accepted.inc({ service });
        break;
      case 'Trained':
        fitSeconds.observe({ service, work: 'job', model }, event.candidate.trainingSeconds);
        rows.inc({ service, model }, event.candidate.dataset.rows);
        break;
      case 'Completed':
      case 'Failed':
      case 'Cancelled': {
        const outcome = outcomeOf(event.type);
        ended.inc({ service, model, outcome });
        seconds.observe({ service, model, outcome }, Math.max(0, event.at - state.acceptedAt) / 1000);
        if (event.type === 'Failed') failures.inc({ service, code: codes.of(event.code) });
      }
    }
  };
  const ofTrial = ({ trial }: TrialState, event: TrialEvent): void => {
    const model = models.of(trial.model);
    if (event.type === 'Scored') fitSeconds.observe({ service, work: 'trial', model }, event.outcome.seconds);
    if (event.type === 'Scored' || event.type === 'Failed' || event.type === 'Cancelled') {
      trials.inc({ service, model, outcome: outcomeOf(event.type) });
    }
  };
  return (aggregate, { state }, events) => {
    if (aggregate === trainingJob) for (const event of events) ofJob(state as JobState, event as JobEvent);
    if (aggregate === trainingTrial) for (const event of events) ofTrial(state as TrialState, event as TrialEvent);
  };
}

function outcomeOf(type: 'Completed' | 'Scored' | 'Failed' | 'Cancelled'): string {
  return type === 'Failed' ? 'failed' : type === 'Cancelled' ? 'cancelled' : 'completed';
}

/** The algorithm; `auto` while it is still to be chosen. */
function modelOf({ candidate, request: { model } }: JobState): string {
  return candidate?.model ?? (typeof model === 'string' ? model : 'auto');
}
