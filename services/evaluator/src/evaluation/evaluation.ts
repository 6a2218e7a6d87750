import { type Aggregate, decideAttempt, expireLease, Rejection, refuseLate, type Wake } from '@trainyard/flow';
import { announce } from './announce.js';
import type { EvaluationCommand } from './commands.js';
import type { EvaluationEvent } from './events.js';
import { evolve } from './evolve.js';
import { type EvaluationState, phaseOf, type Subject } from './state.js';

/** An evaluation: asked for once, done under a lease, ended exactly once. A candidate's has the id of its job. */
export const evaluation: Aggregate<EvaluationState, EvaluationCommand, EvaluationEvent> = {
  name: 'Evaluation',
  fields: { waiting: 'boolean', availableAt: 'number', requestedAt: 'number' },
  indexes: [['waiting', 'availableAt'], ['requestedAt']],
  decide,
  evolve,
  announce,
  index: (state) => ({
    waiting: state.status === 'waiting',
    availableAt: state.availableAt,
    requestedAt: state.requestedAt,
  }),
  wakeAt: (state) => (state.status === 'running' ? (state.lease?.expiresAt ?? null) : null),
};

function decide(
  state: EvaluationState | undefined,
  command: EvaluationCommand | Wake,
  { id, now }: { id: string; now: number },
): EvaluationEvent[] {
  switch (command.type) {
    case 'TrainCompleted':
      return request(state, { kind: 'candidate', candidate: command.data.candidate }, id, now);
    case 'EvaluateRequested':
      return request(state, { kind: 'version', request: command.data }, id, now);
    case 'JobCancelled':
      return state && phaseOf(state) !== 'other' ? [{ type: 'Cancelled', at: now }] : [];
    case 'Wake':
      return state ? expireLease(phaseOf(state), state, now) : [];
  }
  if (!state) throw new Rejection('EVALUATION_NOT_FOUND', `there is no evaluation ${id}`);
  if (command.type !== 'Succeed') return decideAttempt(phaseOf(state), state, command, now);
  const late = refuseLate(phaseOf(state), state, command, now);
  return late ?? [{ type: 'Completed', outcome: command.outcome, at: now }];
}

function request(
  state: EvaluationState | undefined,
  subject: Subject,
  evaluationId: string,
  at: number,
): EvaluationEvent[] {
  return state ? [] : [{ type: 'Requested', evaluationId, subject, at }];
}
