import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { ENOUGH_ROWS } from '@trainyard/workflow';
import { z } from 'zod';
import type { DriftMonitors } from '../drift/drift-monitors.js';
import type { ModelDirectory } from '../loaded/model-directory.js';
import { deploymentById, findDeployment } from './find-deployment.js';

const drift = z.object({
  name: z.string(),
  psi: z.number().describe('population stability index; above 0.25 it is another distribution by custom'),
  bins: z.array(z.object({ bin: z.string(), reference: z.number(), observed: z.number() })),
});

const answer = z.object({
  model: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  environment: z.string(),
  state: z
    .enum(['measured', 'too_few_rows', 'no_reference'])
    .describe('no_reference: the version was trained before profiles were kept, or on too few rows'),
  rows: z.number().int().describe('in the window: the last hour, or longer where calls are few'),
  rowsNeeded: z.number().int(),
  psi: z.number().nullable().describe('of the feature that moved furthest'),
  prediction: drift.nullable(),
  features: z.array(drift).describe('the furthest moved first'),
});

const query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(20).describe('features') });

/** How far what a deployed version is asked has moved from what it was trained on. */
export function driftEndpoints(flow: Flow, directory: ModelDirectory, monitors: DriftMonitors): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/deployments/{id}/drift',
      summary: 'Drift of the deployed version',
      description:
        'Compares the latest rows that this process was asked about, and its answers, with what the version was trained on. ' +
        'Each serving process counts its own calls, so with several of them ask Prometheus for all.',
      tag: 'deployments',
      params: deploymentById,
      query,
      answer,
      handle: async ({ params, query: { limit } }) => {
        const { state } = await findDeployment(flow, params.id);
        const { modelId, modelName, environment, active } = state;
        if (!active) {
          const detail = `no version of model "${modelName}" serves in ${environment}; GET /api/v1/deployments tells why`;
          throw new Problem(404, 'MODEL_NOT_DEPLOYED', detail);
        }
        const { route, model } = await directory.resolve(modelId, active.version);
        const monitor = monitors.of(route, model.predictor);
        const report = monitor?.report();
        return {
          model: { id: modelId, name: modelName, version: active.version },
          environment,
          state: report ? ('measured' as const) : monitor ? ('too_few_rows' as const) : ('no_reference' as const),
          rows: monitor?.rows ?? 0,
          rowsNeeded: ENOUGH_ROWS,
          psi: report?.features[0]?.psi ?? null,
          prediction: report?.prediction ?? null,
          features: report?.features.slice(0, limit) ?? [],
        };
      },
    }),
  ];
}
