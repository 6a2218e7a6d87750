import type { StudyEvent } from './events.js';
import { trialOf } from './sample.js';
import type { Plan } from './state.js';

/** The next `count` trials from `first` on, as many as the budget has. What a trial tries follows from its number alone. */
export function askTrials(plan: Plan, first: number, count: number, at: number): StudyEvent[] {
  const events: StudyEvent[] = [];
  for (let number = first; number < Math.min(first + count, plan.trials); number++) {
    events.push({ type: 'TrialAsked', number, ...trialOf(plan, number), at });
  }
  return events;
}
