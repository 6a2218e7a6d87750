import type { JobMessage } from './commands.js';
import type { JobEvent } from './events.js';
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
      return state.model ? [] : registered(state, message.data, now);
    case 'DeploymentReady':
      return [{ type: 'Deployed', environment: message.data.environment, at: now }];
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

function registered(
  state: JobState,
  { modelId, version, metrics, deploy }: Data<'ModelVersionRegistered'>,
  now: number,
): JobEvent[] {
  const events: JobEvent[] = state.metrics ? [] : [{ type: 'Evaluated', metrics }];
  return [...events, { type: 'Registered', modelId, version, awaitsDeployment: Boolean(deploy), at: now }];
}
