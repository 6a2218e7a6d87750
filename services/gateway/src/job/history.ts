import type { JobStage, JobViewState } from './state.js';
import { statusOf } from './state.js';

/** Older notices are dropped; a stream that resumes before them starts at the oldest one kept. */
const KEPT = 200;

/** Adds to what event streams tell. Every notice carries fields of the job as `GET` shows them. */
export function note(
  state: JobViewState,
  event: string,
  data: Readonly<Record<string, unknown>>,
  at: number,
): JobViewState {
  const seq = state.seq + 1;
  const history = [...state.history, { seq, event, data, at }].slice(-KEPT);
  return { ...state, seq, history, updatedAt: Math.max(state.updatedAt, at) };
}

/** Moves the job on and tells so, unless it is further already. `details` are told with the status. */
export function advance(
  state: JobViewState,
  stage: JobStage,
  position: number,
  at: number,
  details: Readonly<Record<string, unknown>> = {},
): JobViewState {
  if (position <= state.position) return state;
  const moved = { ...state, stage, position };
  const changed = stage !== state.stage || state.seq === 0 || Object.keys(details).length > 0;
  return changed ? note(moved, 'status', { status: statusOf(stage), stage, ...details }, at) : moved;
}

/** A job of which only the id is known yet. */
export function unknownJob(jobId: string, at: number): JobViewState {
  return {
    jobId,
    stage: 'queued',
    position: -1,
    attempts: 0,
    leaderboard: [],
    warnings: [],
    cancelAsked: false,
    submittedAt: at,
    updatedAt: at,
    seq: 0,
    history: [],
  };
}
