import type { DeploymentRequested } from '@trainyard/contracts';
import { evolveAttempts, noAttempts } from '@trainyard/flow';
import type { DeploymentEvent } from './events.js';
import { type ActiveVersion, type DeploymentState, isBefore } from './state.js';

const ANSWERED_KEPT = 200;

/** Applies one event. The only place where a deployment's state is made. */
export function evolve(before: DeploymentState | undefined, event: DeploymentEvent): DeploymentState {
  if (event.type === 'Requested') return requested(before, event);
  const state = before as DeploymentState;
  switch (event.type) {
    case 'Claimed':
      return { ...evolveAttempts(state, event), current: state.queue[0]?.deploymentId };
    case 'Renewed':
    case 'Refused':
      return evolveAttempts(state, event);
    case 'Released':
    case 'AttemptFailed':
      return { ...evolveAttempts(state, event), current: undefined };
    case 'Ready':
      return { ...answered(state, event.request, event.at), active: newer(state.active, event), failure: undefined };
    case 'Failed': {
      const { deploymentId, version } = event.request;
      const failure = { deploymentId, version, code: event.code, message: event.message, at: event.at };
      return { ...answered(state, event.request, event.at), failure };
    }
    case 'Retired':
      return { ...state, active: undefined, failure: undefined, retiredAt: event.at, updatedAt: event.at };
  }
}

function requested(
  before: DeploymentState | undefined,
  { request, at }: Extract<DeploymentEvent, { type: 'Requested' }>,
): DeploymentState {
  const { modelId, modelName, environment } = request;
  const state: DeploymentState = before ?? {
    modelId,
    modelName,
    environment,
    queue: [],
    ...noAttempts(at),
    answered: [],
    updatedAt: at,
  };
  const queue = [...state.queue, request].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return { ...state, modelName, queue, updatedAt: at };
}

/** The request leaves the queue and, when it was the one being loaded, its lease ends. */
function answered(state: DeploymentState, { deploymentId }: DeploymentRequested, at: number): DeploymentState {
  const queue = state.queue.filter((waiting) => waiting.deploymentId !== deploymentId);
  const seen = [...state.answered, deploymentId].slice(-ANSWERED_KEPT);
  const after = { ...state, queue, answered: seen, updatedAt: at };
  if (state.current !== deploymentId) return after;
  return { ...after, current: undefined, lease: undefined, failures: 0, availableAt: at };
}

/** A request that arrived late never replaces one that was made after it. */
function newer(
  active: ActiveVersion | undefined,
  { request, at }: Extract<DeploymentEvent, { type: 'Ready' }>,
): ActiveVersion {
  if (active && isBefore(request, active)) return active;
  const { deploymentId, version, ordinal, artifact, requestedAt } = request;
  return { deploymentId, version, ordinal, artifact, requestedAt, readyAt: at };
}
