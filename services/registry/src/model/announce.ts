import type { Announcement } from '@trainyard/flow';
import type { ModelEvent } from './events.js';
import type { ModelState, ModelVersion } from './state.js';

/** What the world hears of a model: what concerns a job under the job's key, what concerns the model under its own. */
export function announce(event: ModelEvent, state: ModelState): Announcement[] {
  const { modelId, name: modelName } = state;
  switch (event.type) {
    case 'VersionRegistered':
      return [registered(event, state)];
    case 'RegistrationRefused': {
      const { jobId, code, message } = event;
      return [{ type: 'RegistrationFailed', key: jobId, data: { jobId, code, message } }];
    }
    case 'DeploymentAsked':
      return [deploymentRequested(event, state)];
    case 'StageMoved': {
      const { from, to, reason, at: changedAt } = event;
      if (from === to) return [];
      const { version } = versionOf(state, event.ordinal);
      return [
        { type: 'StageChanged', key: modelId, data: { modelId, modelName, version, from, to, reason, changedAt } },
      ];
    }
    case 'DeploymentFailed':
      return [];
    case 'Withdrawn':
      return [{ type: 'UndeployRequested', key: modelId, data: { modelId } }];
    case 'Deleted':
      return [
        { type: 'ModelDeleted', key: modelId, data: { modelId, modelName, deletedAt: event.at } },
        { type: 'UndeployRequested', key: modelId, data: { modelId } },
      ];
  }
}

function versionOf(state: ModelState, ordinal: number): ModelVersion {
  return state.versions[ordinal - 1] as ModelVersion;
}

function registered(
  { version, signature, deploy, at }: Extract<ModelEvent, { type: 'VersionRegistered' }>,
  { modelId, name }: ModelState,
): Announcement {
  const { jobId, ordinal, algorithm, artifacts, metrics, parent, changelog } = version;
  const data = {
    modelId,
    modelName: name,
    version: version.version,
    ordinal,
    jobId,
    task: signature.task,
    model: algorithm,
    artifact: artifacts.bundle,
    metrics,
    parent,
    changelog,
    deploy,
    registeredAt: at,
  };
  return { type: 'ModelVersionRegistered', key: jobId, data };
}

/** Each deployment has an id of its own, so that rolling back to a version deploys it again. */
function deploymentRequested(
  { ordinal, environment, jobId, at }: Extract<ModelEvent, { type: 'DeploymentAsked' }>,
  state: ModelState,
): Announcement {
  const { modelId, name: modelName, deployments } = state;
  const { version, artifacts } = versionOf(state, ordinal);
  const data = {
    deploymentId: `${modelId}:${environment}:${ordinal}:${deployments}`,
    jobId,
    modelId,
    modelName,
    version,
    ordinal,
    artifact: artifacts.bundle,
    environment,
    strategy: 'replace',
    requestedAt: at,
  };
  return { type: 'DeploymentRequested', key: modelId, data };
}
