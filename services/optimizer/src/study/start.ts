import type { OptimizeRequested } from '@trainyard/contracts';
import { LearnError } from '@trainyard/data';
import type { StudyEvent } from './events.js';
import { planOf } from './plan.js';
import type { StudyState } from './state.js';
import { askTrials } from './trials.js';

/** A request becomes a study once, with its first trials; a request that cannot be searched is refused in words. */
export function start(
  state: StudyState | undefined,
  { studyId, jobId, request }: OptimizeRequested,
  at: number,
): StudyEvent[] {
  if (state) return [];
  try {
    const plan = planOf(request);
    const started: StudyEvent = { type: 'Started', studyId, jobId, request, plan, at };
    return [started, ...askTrials(plan, 0, plan.parallelism, at)];
  } catch (error) {
    if (!(error instanceof LearnError)) throw error;
    const { code, message } = error;
    return [{ type: 'Refused', studyId, jobId, request, code, message, at }];
  }
}
