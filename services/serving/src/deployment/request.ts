import type { DeploymentRequested } from '@trainyard/contracts';
import type { DeploymentEvent } from './events.js';
import type { DeploymentState } from './state.js';

/** A request waits for its turn; one that can never be met is answered at once; a repeated one changes nothing. */
export function request(
  state: DeploymentState | undefined,
  asked: DeploymentRequested,
  now: number,
): DeploymentEvent[] {
  if (state && isKnown(state, asked.deploymentId)) return [];
  const requested: DeploymentEvent = { type: 'Requested', request: asked, at: now };
  const fail = (code: string, message: string): DeploymentEvent[] => [
    requested,
    { type: 'Failed', request: asked, code, message, at: now },
  ];
  if (asked.strategy !== 'replace') {
    return fail('OPTION_UNSUPPORTED', `deploy.strategy "${asked.strategy}" is not supported yet; use "replace"`);
  }
  if (state?.retiredAt !== undefined && asked.requestedAt < state.retiredAt) {
    return fail('UNDEPLOYED', 'the model was taken out of service after this request; request it again');
  }
  return [requested];
}

function isKnown(state: DeploymentState, deploymentId: string): boolean {
  return state.answered.includes(deploymentId) || state.queue.some((waiting) => waiting.deploymentId === deploymentId);
}

/** Takes the model out of service: what waits is answered, what serves is retired. */
export function retire(state: DeploymentState | undefined, now: number): DeploymentEvent[] {
  if (!state || (!state.active && state.queue.length === 0)) return [];
  const message = 'the model was taken out of service before this version was ready';
  const unanswered = state.queue.map(
    (waiting): DeploymentEvent => ({ type: 'Failed', request: waiting, code: 'UNDEPLOYED', message, at: now }),
  );
  return [...unanswered, { type: 'Retired', at: now }];
}
