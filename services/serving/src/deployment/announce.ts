import type { Announcement } from '@trainyard/flow';
import type { DeploymentEvent } from './events.js';
import { type DeploymentState, deploymentIdOf } from './state.js';

/** Each request is answered once, under its job's key when a job waits for it. */
export function announce(event: DeploymentEvent, state: DeploymentState): Announcement[] {
  const { modelId, modelName, environment } = state;
  switch (event.type) {
    case 'Ready': {
      const { deploymentId, jobId = null, version } = event.request;
      const previousVersion = event.previous ?? null;
      const data = {
        deploymentId,
        jobId,
        modelId,
        modelName,
        version,
        environment,
        previousVersion,
        readyAt: event.at,
      };
      return [{ type: 'DeploymentReady', key: jobId ?? modelId, data }];
    }
    case 'Failed': {
      const { deploymentId, jobId = null, version } = event.request;
      const { code, message } = event;
      const data = { deploymentId, jobId, modelId, version, environment, code, message };
      return [{ type: 'DeploymentFailed', key: jobId ?? modelId, data }];
    }
    case 'Retired': {
      const deploymentId = deploymentIdOf(modelId, environment);
      return [{ type: 'DeploymentRetired', key: modelId, data: { deploymentId, modelId, environment } }];
    }
    default:
      return [];
  }
}
