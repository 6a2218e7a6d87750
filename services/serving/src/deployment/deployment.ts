import { type Aggregate, Rejection, type Wake } from '@trainyard/flow';
import { announce } from './announce.js';
import type { DeploymentCommand } from './commands.js';
import type { DeploymentEvent } from './events.js';
import { evolve } from './evolve.js';
import { expire, load, succeed } from './loading.js';
import { request, retire } from './request.js';
import { type DeploymentState, statusOf } from './state.js';

/** The deployment: requests are loaded in turn under a lease, each is answered once, the newest one serves. */
export const deployment: Aggregate<DeploymentState, DeploymentCommand, DeploymentEvent> = {
  name: 'Deployment',
  fields: {
    modelId: 'string',
    modelName: 'string',
    environment: 'string',
    status: 'string',
    waitsSince: 'number',
    updatedAt: 'number',
  },
  indexes: [['waitsSince'], ['updatedAt'], ['modelId'], ['modelName']],
  decide,
  evolve,
  announce,
  index: (state) => ({
    modelId: state.modelId,
    modelName: state.modelName,
    environment: state.environment,
    status: statusOf(state),
    waitsSince: state.queue.length > 0 && !state.lease ? state.availableAt : null,
    updatedAt: state.updatedAt,
  }),
  wakeAt: (state) => state.lease?.expiresAt ?? null,
};

function decide(
  state: DeploymentState | undefined,
  command: DeploymentCommand | Wake,
  { id, now }: { id: string; now: number },
): DeploymentEvent[] {
  switch (command.type) {
    case 'DeploymentRequested':
      return request(state, command.data, now);
    case 'UndeployRequested':
    case 'ModelDeleted':
      return retire(state, now);
    case 'Wake':
      return state ? expire(state, now) : [];
    default:
      if (!state) throw new Rejection('DEPLOYMENT_NOT_FOUND', `there is no deployment ${id}`);
      return command.type === 'Succeed' ? succeed(state, command, now) : load(state, command, now);
  }
}
