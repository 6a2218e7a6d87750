import { type Direction, type StudyState, type Trial, trialIdOf } from './state.js';

/** A study as REST shows it: times in ISO 8601, trials from the best to the worst, those without a value last. */
export function studyView(state: StudyState) {
  const { studyId, jobId, status, plan, trials, best, failure, startedAt, endedAt } = state;
  return {
    studyId,
    jobId,
    status,
    objective: plan?.objective ?? null,
    direction: plan?.direction ?? null,
    strategy: plan?.strategy ?? null,
    models: plan?.models.map(({ name }) => name) ?? [],
    budget: plan?.trials ?? 0,
    finished: trials.filter((trial) => trial.status !== 'running').length,
    best: best ? trialView(studyId, trials[best.number] as Trial) : null,
    trials: ranked(trials, plan?.direction ?? 'minimize').map((trial) => trialView(studyId, trial)),
    error: failure ?? null,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === undefined ? null : new Date(endedAt).toISOString(),
  };
}

function trialView(studyId: string, { requestedAt, ...trial }: Trial) {
  return { trialId: trialIdOf(studyId, trial.number), ...trial, requestedAt: new Date(requestedAt).toISOString() };
}

function ranked(trials: readonly Trial[], direction: Direction): Trial[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const rank = ({ value }: Trial) => (value === null ? Number.POSITIVE_INFINITY : sign * value);
  return [...trials].sort((a, b) => (rank(a) === rank(b) ? a.number - b.number : rank(a) - rank(b)));
}
