import type { Aggregate, Wake } from '@trainyard/flow';
import { announce } from './announce.js';
import { cancel } from './cancel.js';
import type { StudyCommand } from './commands.js';
import type { StudyEvent } from './events.js';
import { evolve } from './evolve.js';
import { expire, nextDeadline, trialCompleted } from './progress.js';
import { start } from './start.js';
import type { StudyState } from './state.js';

/** A search over hyperparameters: trials asked for side by side, recorded once each, ended exactly once. */
export const study: Aggregate<StudyState, StudyCommand, StudyEvent> = {
  name: 'Study',
  fields: { status: 'string', startedAt: 'number' },
  indexes: [['startedAt']],
  decide,
  evolve,
  announce,
  index: ({ status, startedAt }) => ({ status, startedAt }),
  wakeAt: nextDeadline,
};

function decide(
  state: StudyState | undefined,
  command: StudyCommand | Wake,
  { id, now }: { id: string; now: number },
): StudyEvent[] {
  switch (command.type) {
    case 'OptimizeRequested':
      return start(state, command.data, now);
    case 'OptimizeCancelRequested':
      return cancel(state, id, now);
    case 'TrialCompleted':
      return state ? trialCompleted(state, command.data, now) : [];
    case 'Wake':
      return state ? expire(state, now) : [];
  }
}
