import { type JobViewState, positions, statusOf } from './state.js';

/** The latest sign of life of a running attempt. Telemetry: it may be missing. */
export interface Progress {
  readonly attempt: number;
  /** 0 to 1, of the attempt. */
  readonly progress: number;
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss?: number | null;
  readonly validationLoss?: number | null;
  readonly message?: string | null;
}

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** A job as REST shows it. */
export function answerOf(state: JobViewState, progress?: Progress) {
  const { jobId, stage, study, leaderboard, model } = state;
  const live = progress && stage === 'running' && progress.attempt === state.attempts ? progress : undefined;
  return {
    jobId,
    name: state.name,
    status: statusOf(stage),
    stage,
    progress: progressOf(state, live),
    attempts: state.attempts,
    task: state.task,
    algorithm: state.algorithm,
    ...(live ? progressFields(live) : {}),
    ...(study ? { study, leaderboard } : {}),
    model,
    metrics: state.metrics,
    environment: state.environment,
    error: state.error,
    ...(state.warnings.length > 0 ? { warnings: state.warnings } : {}),
    dataset: state.request?.dataset.uri,
    cancelling: state.cancelAsked && state.position < positions.ended ? true : undefined,
    acceptedAt: iso(state.submittedAt),
    startedAt: iso(state.startedAt),
    endedAt: iso(state.endedAt),
    links: linksOf(jobId, model?.id),
  };
}

/** What a progress report changes of the job. */
export function progressFields({ iteration, iterations, trainLoss, validationLoss, message }: Progress) {
  return {
    iteration,
    iterations,
    trainLoss: trainLoss ?? undefined,
    validationLoss: validationLoss ?? undefined,
    message: message ?? `iteration ${iteration} of ${iterations}`,
  };
}

export function linksOf(jobId: string, modelId?: string) {
  const self = `/api/v1/models/jobs/${encodeURIComponent(jobId)}`;
  const model = modelId === undefined ? undefined : `/api/v1/models/${encodeURIComponent(modelId)}`;
  return { self, events: `${self}/events`, model };
}

const TUNING_SHARE = 0.5;
const TRAINING_SHARE = 0.9;

/** 0 to 1 over the whole job: a search takes the first half, training lasts to 0.9, the rest is evaluation and deployment. */
export function progressOf({ stage, study, position, algorithm }: JobViewState, live?: Progress): number {
  const tuned = study ? TUNING_SHARE : 0;
  if (stage === 'completed') return 1;
  if (stage === 'deploying') return 0.97;
  if (stage === 'evaluating') return 0.92;
  if (live) return round(tuned + (TRAINING_SHARE - tuned) * live.progress);
  const searching = study && algorithm === undefined && position < positions.tuned;
  if (searching) return round((TUNING_SHARE * study.finished) / Math.max(1, study.trials));
  return tuned;
}

const round = (share: number) => Math.round(share * 10_000) / 10_000;
