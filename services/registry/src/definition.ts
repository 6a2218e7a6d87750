import type { AnyMessage, Message } from '@trainyard/contracts';
import type { ServiceDefinition, Target } from '@trainyard/flow';
import { dataset } from './dataset/dataset.js';
import { experiment, experimentIdOf } from './experiment/experiment.js';
import { modelIdOf } from './model/identity.js';
import { model } from './model/model.js';
import { run } from './run/run.js';

/** What each message means to the registry's aggregates. */
export function route(message: AnyMessage): readonly Target[] {
  switch (message.type) {
    case 'EvaluationCompleted':
      return evaluated(message);
    case 'DeploymentReady':
    case 'DeploymentFailed':
    case 'StageChangeRequested':
      return [{ aggregate: model, id: message.data.modelId, command: message }];
    case 'JobAccepted': {
      const name = message.data.request.experiment;
      const start = { type: 'Start', name };
      return [
        { aggregate: experiment, id: experimentIdOf(name), command: start },
        { aggregate: run, id: message.data.jobId, command: message },
      ];
    }
    case 'JobQueued':
    case 'TrainStarted':
    case 'JobCompleted':
    case 'JobFailed':
    case 'JobCancelled':
      return [{ aggregate: run, id: message.data.jobId, command: message }];
    default:
      return [];
  }
}

/** A candidate leaves its dataset, its run and, when it met its gates, a version. Other evaluations are the evaluator's own. */
function evaluated(message: Message<'EvaluationCompleted'>): Target[] {
  const { candidate } = message.data;
  if (!candidate) return [];
  const see = { type: 'SeeSnapshot', snapshot: candidate.dataset };
  return [
    { aggregate: dataset, id: candidate.dataset.hash, command: see },
    { aggregate: run, id: candidate.jobId, command: message },
    { aggregate: model, id: modelIdOf(candidate.name), command: message },
  ];
}

/** The registry, as a list: what it keeps and what it hears. */
export function createRegistryDefinition(): ServiceDefinition {
  return {
    name: 'registry',
    aggregates: [model, dataset, experiment, run],
    topics: ['evaluation.events', 'training.events', 'deployment.events', 'registry.commands'],
    route,
  };
}
