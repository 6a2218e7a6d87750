import type { JobMessage } from './commands.js';
import type { JobEvent } from './events.js';
import { evolve } from './evolve.js';
import type { JobState } from './state.js';

/** What the other services tell a job after its training: each fact moves it on once, in whatever order it arrives. */
export function decideOutcome(
  state: JobState,
  message: Exclude<JobMessage, { type: 'TrainRequested' }>,
  now: number,
): JobEvent[] {
  switch (message.type) {
    case 'CancelRequested':
      return [{ type: 'Cancelled', reason: message.data.reason || 'asked for', at: now }];
    case 'OptimizeCompleted':
      return state.status === 'tuning'
        ? [{ type: 'Tuned', model: message.data.model, params: message.data.params, at: now }]
        : [];
    case 'OptimizeFailed':
    case 'EvaluationFailed':
    case 'RegistrationFailed':
    case 'DeploymentFailed':
      return [{ type: 'Failed', code: message.data.code, message: message.data.message, at: now }];
    case 'EvaluationCompleted':
      return evaluated(state, message.data, now);
    case 'ModelVersionRegistered':
      return state.model ? [] : completing(state, registered(state, message.data), now);
    case 'DeploymentReady':
      return state.environment
        ? []
        : completing(state, [{ type: 'Deployed', environment: message.data.environment }], now);
  }
}

type Data<T extends JobMessage['type']> = Extract<JobMessage, { type: T }>['data'];

function evaluated(state: JobState, { metrics, passed, gates }: Data<'EvaluationCompleted'>, now: number): JobEvent[] {
  if (state.metrics) return [];
  const events: JobEvent[] = [{ type: 'Evaluated', metrics }];
  if (passed) return events;
  const reasons = gates.filter((gate) => !gate.passed).map((gate) => gate.reason);
  return [...events, { type: 'Failed', code: 'GATE_NOT_PASSED', message: reasons.join('; '), at: now }];
}

function registered(state: JobState, { modelId, version, metrics }: Data<'ModelVersionRegistered'>): JobEvent[] {
  const events: JobEvent[] = state.metrics ? [] : [{ type: 'Evaluated', metrics }];
  return [...events, { type: 'Registered', modelId, version }];
}

/**
 * A job is complete when its version is registered and, if that was asked for, serves. The two facts come on different
 * topics, so either can be first.
 */
function completing(state: JobState, events: JobEvent[], now: number): JobEvent[] {
  const { model, environment, request } = events.reduce<JobState>(evolve, state);
  return model && (environment || !request.deploy) ? [...events, { type: 'Completed', at: now }] : events;
}
