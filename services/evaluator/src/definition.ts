import type { AnyMessage } from '@trainyard/contracts';
import type { Flow, ServiceDefinition, Target, WorkerOptions } from '@trainyard/flow';
import { evaluation } from './evaluation/evaluation.js';
import { productionMetrics } from './production/production-metrics.js';
import { evaluationWork } from './work/evaluation-work.js';
import type { EvaluationExecutor } from './work/executor.js';

/** What each message means to the evaluator's aggregates. */
export function route(message: AnyMessage): readonly Target[] {
  switch (message.type) {
    case 'TrainCompleted':
    case 'JobCancelled':
      return [{ aggregate: evaluation, id: message.data.jobId, command: message }];
    case 'EvaluateRequested':
      return [{ aggregate: evaluation, id: message.data.evaluationId, command: message }];
    case 'ModelVersionRegistered':
    case 'StageChanged':
    case 'ModelDeleted':
      return [{ aggregate: productionMetrics, id: message.data.modelName, command: message }];
    default:
      return [];
  }
}

/** The evaluator: evaluates candidates and registered versions, and checks the gates of both. */
export function createEvaluatorDefinition(
  flow: Flow,
  executor: EvaluationExecutor,
  options: Omit<WorkerOptions, 'pool'>,
): ServiceDefinition {
  return {
    name: 'evaluator',
    aggregates: [evaluation, productionMetrics],
    topics: ['training.events', 'evaluation.commands', 'registry.events'],
    route,
    pools: [{ works: [evaluationWork(flow, executor)], options: { ...options, pool: 'evaluation' } }],
  };
}
