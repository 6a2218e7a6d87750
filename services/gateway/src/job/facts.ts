import type { EventData } from '@trainyard/contracts';
import { advance, note } from './history.js';
import { rank } from './leaderboard.js';
import { type JobViewState, positions } from './state.js';

type FactType =
  | 'JobAccepted'
  | 'JobQueued'
  | 'TrainStarted'
  | 'AttemptFailed'
  | 'TrainCompleted'
  | 'JobDeploying'
  | 'JobCompleted'
  | 'JobFailed'
  | 'JobCancelled'
  | 'StudyStarted'
  | 'TrialRecorded'
  | 'OptimizeCompleted'
  | 'EvaluationCompleted';

export type Fact = { [T in FactType]: { readonly type: T; readonly data: EventData[T] } }[FactType];

type Absorb<T extends FactType> = (state: JobViewState, data: EventData[T], at: number) => JobViewState;

const accepted: Absorb<'JobAccepted'> = (state, { name, stage, request, acceptedAt }, at) => {
  const known = { ...state, name, request: state.request ?? request, submittedAt: acceptedAt };
  return advance(known, stage === 'tuning' ? 'tuning' : 'queued', positions.accepted, at);
};

const studyStarted: Absorb<'StudyStarted'> = (state, { objective, direction, trials }, at) => {
  const study = { finished: 0, ...state.study, objective, direction, trials };
  const known = { ...state, study, leaderboard: rank(state.leaderboard, direction) };
  return advance(known, 'tuning', positions.tuning, at, { message: `searching: 0 of ${trials} trials` });
};

const trialRecorded: Absorb<'TrialRecorded'> = (state, trial, at) => {
  const { number, status, model, params, value, finished, trials, bestValue, message } = trial;
  const study = {
    objective: '',
    direction: 'minimize',
    ...state.study,
    trials,
    finished: Math.max(state.study?.finished ?? 0, finished),
    best: bestValue ?? state.study?.best,
  };
  const known = { ...state, study };
  const leaderboard =
    typeof value === 'number'
      ? rank([...state.leaderboard, { number, model, params, value }], study.direction)
      : state.leaderboard;
  const told = { number, status, model, params, value, message };
  return note({ ...known, leaderboard }, 'trial', { trial: told, study }, at);
};

const tuned: Absorb<'OptimizeCompleted'> = (state, { model, params, value, number }, at) => {
  const best = { number, model, params, value };
  return note(
    { ...state, leaderboard: rank([...state.leaderboard, best], state.study?.direction) },
    'tuned',
    { best },
    at,
  );
};

const queued: Absorb<'JobQueued'> = (state, { model }, at) =>
  advance({ ...state, algorithm: model }, 'queued', positions.tuned, at);

const started: Absorb<'TrainStarted'> = (state, { attempt, startedAt }, at) => {
  const attempts = Math.max(state.attempts, attempt);
  const known = { ...state, attempts, startedAt: state.startedAt ?? startedAt };
  return advance(known, 'running', positions.started(attempt), at, { attempts });
};

const attemptFailed: Absorb<'AttemptFailed'> = (state, { attempt, code, message, retryAt }, at) => {
  const attempts = Math.max(state.attempts, attempt);
  const retry = { code, retryAt: new Date(retryAt).toISOString() };
  const details = { attempts, message: `attempt ${attempt} failed and is repeated: ${message}`, retry };
  return advance({ ...state, attempts }, 'queued', positions.repeating(attempt), at, details);
};

const trained: Absorb<'TrainCompleted'> = (state, { candidate }, at) => {
  const { name, task, model: algorithm, warnings, attempt, artifact, holdout } = candidate;
  const attempts = Math.max(state.attempts, attempt);
  const known = { ...state, name, task, algorithm, warnings, artifact, holdout, attempts };
  return advance(known, 'evaluating', positions.trained, at, { task });
};

const evaluated: Absorb<'EvaluationCompleted'> = (state, { metrics }, at) =>
  state.metrics ? state : note({ ...state, metrics }, 'metrics', { metrics }, at);

const deploying: Absorb<'JobDeploying'> = (state, { modelId, version }, at) => {
  const model = { ...state.model, id: modelId, version };
  return advance({ ...state, model }, 'deploying', positions.registered, at, { model });
};

const completed: Absorb<'JobCompleted'> = (state, data, at) => {
  if (state.position >= positions.ended) return state;
  const { modelId, modelName, version, task, model: algorithm, metrics, completedAt: endedAt } = data;
  const environment = data.environment ?? undefined;
  const model = { id: modelId, name: modelName, version };
  const known = { ...state, name: modelName, task, algorithm, model, metrics, environment, endedAt };
  const details = { model, metrics, task, progress: 1, endedAt: new Date(endedAt).toISOString() };
  return advance(known, 'completed', positions.ended, at, details);
};

const failed: Absorb<'JobFailed'> = (state, { code, message, failedAt: endedAt }, at) => {
  if (state.position >= positions.ended) return state;
  const error = { code, message };
  const details = { error, endedAt: new Date(endedAt).toISOString() };
  return advance({ ...state, error, endedAt }, 'failed', positions.ended, at, details);
};

const cancelled: Absorb<'JobCancelled'> = (state, { reason, cancelledAt: endedAt }, at) => {
  if (state.position >= positions.ended) return state;
  const details = { message: `cancelled: ${reason}`, endedAt: new Date(endedAt).toISOString() };
  return advance({ ...state, endedAt }, 'cancelled', positions.ended, at, details);
};

const absorbers: { readonly [T in FactType]: Absorb<T> } = {
  JobAccepted: accepted,
  StudyStarted: studyStarted,
  TrialRecorded: trialRecorded,
  OptimizeCompleted: tuned,
  JobQueued: queued,
  TrainStarted: started,
  AttemptFailed: attemptFailed,
  TrainCompleted: trained,
  EvaluationCompleted: evaluated,
  JobDeploying: deploying,
  JobCompleted: completed,
  JobFailed: failed,
  JobCancelled: cancelled,
};

/** What a service tells of the job, absorbed: details always, the stage only forwards. */
export function absorb(state: JobViewState, { type, data }: Fact, at: number): JobViewState {
  return (absorbers[type] as Absorb<FactType>)(state, data as never, at);
}
