import type { StudyEvent } from './events.js';
import { runningTrials, type StudyState } from './state.js';

/** Stops what runs. A cancel that comes before its request is kept, so that the request starts nothing. */
export function cancel(state: StudyState | undefined, studyId: string, at: number): StudyEvent[] {
  if (state && state.status !== 'running') return [];
  const stops = state ? runningTrials(state).map(({ number }): StudyEvent => ({ type: 'TrialStopped', number })) : [];
  return [...stops, { type: 'Cancelled', studyId, at }];
}
