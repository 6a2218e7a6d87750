import type { Flow } from '@trainyard/flow';
import { counterOf, defineMetric, type MetricDefinition } from '@trainyard/telemetry';
import type { ModelEvent } from '../model/events.js';
import { model } from '../model/model.js';

const definitions = {
  versions: defineMetric({
    name: 'trainyard_model_versions_registered_total',
    type: 'counter',
    help: 'Model versions that met their gates and were registered.',
    labels: ['service'],
    look: 'what the jobs are good for',
  }),
  stages: defineMetric({
    name: 'trainyard_stage_changes_total',
    type: 'counter',
    help: 'Versions that moved to a stage.',
    labels: ['service', 'stage'],
    look: 'a wave of Production: somebody rolls out, or back',
  }),
  deploymentsFailed: defineMetric({
    name: 'trainyard_deployments_failed_total',
    type: 'counter',
    help: 'Deployments that serving could not carry out.',
    labels: ['service', 'environment'],
    look: "above 0: the version's `deploymentFailure` says why",
  }),
} as const;

/** For the documentation. */
export const registryMetrics: readonly MetricDefinition[] = Object.values<MetricDefinition>(definitions);

const service = 'registry';

/** Counts what becomes of model versions. Each change is counted by the process that stored it, so once. The answer ends that. */
export function watchModels(flow: Flow): () => void {
  const versions = counterOf(definitions.versions);
  const stages = counterOf(definitions.stages);
  const deploymentsFailed = counterOf(definitions.deploymentsFailed);
  const count = (event: ModelEvent): void => {
    if (event.type === 'VersionRegistered') versions.inc({ service });
    if (event.type === 'StageMoved') stages.inc({ service, stage: event.to });
    if (event.type === 'DeploymentFailed') deploymentsFailed.inc({ service, environment: event.environment });
  };
  return flow.onCommit((aggregate, _record, events) => {
    if (aggregate === model) for (const event of events) count(event as ModelEvent);
  });
}
