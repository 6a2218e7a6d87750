import type { AnyMessage } from '@trainyard/contracts';
import type { AnyAggregate, Command, ServiceDefinition, Target, WorkerOptions } from '@trainyard/flow';
import { predictionBatch } from './batch/batch.js';
import { deletedModel } from './catalogue/deleted-model.js';
import { servableVersion, servableVersionId } from './catalogue/version.js';
import { deployment } from './deployment/deployment.js';
import { deploymentIdOf, ENVIRONMENTS } from './deployment/state.js';
import { type BatchExecutor, batchWork, deploymentWork, type LoadVersion } from './work.js';

export interface ServingOptions extends Omit<WorkerOptions, 'slots' | 'pool'> {
  /** Files predicted at once by this process; none when 0. */
  readonly batchSlots: number;
}

/** How many versions a replica loads at once. */
const LOADING_SLOTS = 2;

/** The serving service: deploys what is asked for, remembers what could be served, predicts files. */
export function createServingDefinition(
  load: LoadVersion,
  executor: BatchExecutor,
  { batchSlots, ...options }: ServingOptions,
): ServiceDefinition {
  const loading = { works: [deploymentWork(load)], options: { ...options, pool: 'loading', slots: LOADING_SLOTS } };
  const batches = { works: [batchWork(executor)], options: { ...options, pool: 'batch', slots: batchSlots } };
  return {
    name: 'serving',
    aggregates: [deployment, predictionBatch, servableVersion, deletedModel],
    topics: ['deployment.commands', 'registry.events', 'serving.commands'],
    route,
    pools: batchSlots > 0 ? [loading, batches] : [loading],
  };
}

/** Which of serving's aggregates a message concerns. */
function route(message: AnyMessage): Target[] {
  const to = (aggregate: AnyAggregate, id: string): Target => {
    const command = { type: message.type, data: message.data } as Command;
    return { aggregate, id, command };
  };
  const everywhere = (modelId: string) =>
    ENVIRONMENTS.map((environment) => to(deployment, deploymentIdOf(modelId, environment)));
  switch (message.type) {
    case 'DeploymentRequested': {
      const { modelId, environment } = message.data;
      return [to(deployment, deploymentIdOf(modelId, environment))];
    }
    case 'UndeployRequested':
      return everywhere(message.data.modelId);
    case 'ModelVersionRegistered': {
      const { modelId, version } = message.data;
      return [to(servableVersion, servableVersionId(modelId, version))];
    }
    case 'ModelDeleted': {
      const { modelId } = message.data;
      return [to(deletedModel, modelId), ...everywhere(modelId)];
    }
    case 'BatchPredictRequested':
      return [to(predictionBatch, message.data.batchId)];
    default:
      return [];
  }
}
