import type { DeploymentRequested } from '@trainyard/contracts';
import {
  type AttemptCommand,
  type AttemptEvent,
  decideAttempt,
  type Exhausted,
  expireLease,
  type Phase,
  refuseLate,
} from '@trainyard/flow';
import type { DeploymentEvent } from './events.js';
import type { DeploymentState } from './state.js';

export function phaseOf(state: DeploymentState): Phase {
  if (state.lease) return 'running';
  return state.queue.length > 0 ? 'waiting' : 'other';
}

/** What the replica that loads the current request may do. */
export function load(state: DeploymentState, command: AttemptCommand, now: number): DeploymentEvent[] {
  return decideAttempt(phaseOf(state), state, command, now).map((event) => ended(state, event));
}

/** The version is loaded and warm: it may serve. */
export function succeed(
  state: DeploymentState,
  command: { readonly type: 'Succeed'; readonly attempt: number },
  now: number,
): DeploymentEvent[] {
  const late = refuseLate(phaseOf(state), state, command, now);
  if (late) return late;
  return [{ type: 'Ready', request: currentOf(state), previous: state.active?.version, at: now }];
}

/** What time does: a replica that stops giving signs of life loses its attempt. */
export function expire(state: DeploymentState, now: number): DeploymentEvent[] {
  return expireLease(phaseOf(state), state, now).map((event) => ended(state, event));
}

function ended(state: DeploymentState, event: AttemptEvent | Exhausted): DeploymentEvent {
  return event.type === 'Failed' ? { ...event, request: currentOf(state) } : event;
}

/** The request that the lease works on. */
export function currentOf(state: DeploymentState): DeploymentRequested {
  const current = state.queue.find((waiting) => waiting.deploymentId === state.current);
  if (!current) throw new Error(`deployment of ${state.modelId} has a lease and no request`);
  return current;
}
