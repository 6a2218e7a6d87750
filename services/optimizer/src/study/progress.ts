import type { TrialCompleted } from '@trainyard/contracts';
import type { StudyEvent } from './events.js';
import { type Plan, runningTrials, type StudyState, type Trial } from './state.js';
import { askTrials } from './trials.js';

/** By task: regression has the first, classification the second; less is better in both. */
const AUTO_OBJECTIVES = ['rmse', 'log_loss'];

/** A trial's result: recorded once, and followed by the next trial or by the end. A late or repeated one changes nothing. */
export function trialCompleted(state: StudyState, result: TrialCompleted, now: number): StudyEvent[] {
  const trial = state.trials[result.number];
  if (state.status !== 'running' || trial?.status !== 'running') return [];
  return continueWith(state, [ended(trial, result, state.plan as Plan)], now);
}

/** What time does: trials that never answered fail, and a study past its limit ends with what it has. */
export function expire(state: StudyState, now: number): StudyEvent[] {
  const { plan } = state;
  if (state.status !== 'running' || !plan) return [];
  if (plan.timeoutMs !== null && state.startedAt + plan.timeoutMs <= now) return conclude(state, [], now, true);
  const silent = runningTrials(state).filter(({ requestedAt }) => requestedAt + plan.trialTimeoutMs <= now);
  if (silent.length === 0) return [];
  return continueWith(
    state,
    silent.flatMap((trial) => giveUp(trial, plan)),
    now,
  );
}

/** When time next matters to a study (ms since 1970); null when it has ended. */
export function nextDeadline(state: StudyState): number | null {
  const { plan } = state;
  if (state.status !== 'running' || !plan) return null;
  const limits = runningTrials(state).map(({ requestedAt }) => requestedAt + plan.trialTimeoutMs);
  if (plan.timeoutMs !== null) limits.push(state.startedAt + plan.timeoutMs);
  return limits.length > 0 ? Math.min(...limits) : null;
}

type TrialEnded = Extract<StudyEvent, { type: 'TrialEnded' }>;

function ended({ number }: Trial, result: TrialCompleted, plan: Plan): TrialEnded {
  const { status, value, metrics, seconds, code, message } = result;
  if (status === 'completed' && typeof value === 'number' && Number.isFinite(value)) {
    const objective = objectiveOf(result, plan);
    return { type: 'TrialEnded', number, status: 'completed', objective, value, metrics, seconds };
  }
  const cancelled = status === 'cancelled';
  const reason = cancelled ? 'the trial was cancelled' : 'the trial gave no finite value of the objective';
  return {
    type: 'TrialEnded',
    number,
    status: cancelled ? 'cancelled' : 'failed',
    value: null,
    metrics,
    seconds,
    code: code ?? (cancelled ? 'CANCELLED' : 'OBJECTIVE_MISSING'),
    message: message ?? reason,
  };
}

/** A study whose task was still to be found takes the loss of whichever task it turned out to be. */
function objectiveOf({ metrics }: TrialCompleted, { objective }: Plan): string {
  if (objective !== 'auto') return objective;
  return AUTO_OBJECTIVES.find((metric) => metrics[metric] !== undefined) ?? objective;
}

function giveUp({ number }: Trial, { trialTimeoutMs }: Plan): StudyEvent[] {
  const seconds = trialTimeoutMs / 1000;
  const message = `the trial did not answer within ${seconds} s`;
  return [
    { type: 'TrialStopped', number },
    { type: 'TrialEnded', number, status: 'failed', value: null, metrics: {}, seconds, code: 'TRIAL_TIMEOUT', message },
  ];
}

/** Asks for as many trials as ended, or concludes when the budget is used up and nothing runs. */
function continueWith(state: StudyState, events: readonly StudyEvent[], now: number): StudyEvent[] {
  const plan = state.plan as Plan;
  const results = events.filter((event) => event.type === 'TrialEnded');
  const running = runningTrials(state).length - results.length;
  const asked = askTrials(plan, state.trials.length, plan.parallelism - running, now);
  if (running + asked.length > 0) return [...events, ...asked];
  return [...events, ...conclude(state, results, now, false)];
}

/** The end: the best of what was found, or the first error when nothing was. */
function conclude(state: StudyState, results: readonly TrialEnded[], now: number, timedOut: boolean): StudyEvent[] {
  const answered = new Set(results.map(({ number }) => number));
  const stopped = runningTrials(state).filter(({ number }) => !answered.has(number));
  const stops = stopped.map(({ number }): StudyEvent => ({ type: 'TrialStopped', number }));
  const found = state.best !== undefined || results.some(({ value }) => value !== null);
  if (found) return [...stops, { type: 'Completed', at: now }];
  return [...stops, { type: 'Failed', ...firstError(state, results, timedOut), at: now }];
}

function firstError(
  { trials, plan }: StudyState,
  results: readonly TrialEnded[],
  timedOut: boolean,
): { readonly code: string; readonly message: string } {
  const first = [...trials, ...results].filter(({ code }) => code).sort((a, b) => a.number - b.number)[0];
  if (timedOut && !first) {
    const seconds = (plan?.timeoutMs ?? 0) / 1000;
    return {
      code: 'TIMEOUT',
      message: `no trial ended within search.timeoutSeconds (${seconds} s); raise it, or try a faster model`,
    };
  }
  const { code = 'TRIALS_FAILED', message = 'no trial gave a result' } = first ?? {};
  return { code, message: `every trial failed; the first said: ${message}` };
}
