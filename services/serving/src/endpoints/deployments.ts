import { randomUUID } from 'node:crypto';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { type ServableVersion, servableVersion, servableVersionId } from '../catalogue/version.js';
import { deployment } from '../deployment/deployment.js';
import { type DeploymentState, deploymentIdOf, ENVIRONMENTS, statusOf } from '../deployment/state.js';
import type { ModelDirectory } from '../loaded/model-directory.js';
import { deploymentById, findDeployment } from './find-deployment.js';

const view = z.object({
  deploymentId: z.string(),
  model: z.object({ id: z.string(), name: z.string() }),
  environment: z.string(),
  status: z.enum(['pending', 'ready', 'failed', 'retired']),
  version: z.string().nullable(),
  waiting: z.array(z.string()),
  error: z.object({ code: z.string(), message: z.string(), version: z.string() }).nullable(),
  updatedAt: z.string(),
});

const requested = z.strictObject({
  model: z.string().min(1).describe('id or name'),
  version: z.string().optional().describe('default: the newest'),
  environment: z.enum(ENVIRONMENTS).default('production'),
});

const page = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

/** What is deployed, and deploying by hand. */
export function deploymentEndpoints(flow: Flow, directory: ModelDirectory): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/deployments',
      summary: 'List deployments, newest change first',
      tag: 'deployments',
      query: page,
      answer: z.object({ deployments: z.array(view), total: z.number() }),
      handle: async ({ query }) => {
        const found = await flow.find<DeploymentState>(deployment, { ...query, orderBy: [['updatedAt', 'desc']] });
        const total = await flow.ports.store.count(deployment.name);
        return { deployments: found.map(({ id, state }) => viewOf(id, state)), total };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/deployments/{id}',
      summary: 'One deployment',
      tag: 'deployments',
      params: deploymentById,
      answer: view,
      handle: ({ params }) => show(flow, params.id),
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/deployments',
      summary: 'Deploy a version of a model',
      tag: 'deployments',
      body: requested,
      status: 202,
      answer: view,
      handle: ({ body }) => deploy(flow, directory, body),
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/deployments/{id}',
      summary: 'Take a deployment out of service',
      tag: 'deployments',
      params: deploymentById,
      answer: view,
      handle: async ({ params }) => {
        const { deploymentId, model } = await show(flow, params.id);
        await flow.handle(deployment, deploymentId, { type: 'UndeployRequested', data: { modelId: model.id } });
        return show(flow, deploymentId);
      },
    }),
  ];
}

async function deploy(
  flow: Flow,
  directory: ModelDirectory,
  { model, version, environment }: z.output<typeof requested>,
): Promise<z.input<typeof view>> {
  const { modelId, modelName, version: chosen } = await directory.identify(model, version);
  const record = await flow.load<ServableVersion>(servableVersion, servableVersionId(modelId, chosen));
  if (!record) throw new Problem(404, 'VERSION_NOT_FOUND', `model "${modelName}" has no version ${chosen}`);
  const { ordinal, artifact } = record.state;
  const id = deploymentIdOf(modelId, environment);
  const data = {
    deploymentId: `deployment-${randomUUID()}`,
    modelId,
    modelName,
    version: chosen,
    ordinal,
    artifact,
    environment,
    strategy: 'replace',
    requestedAt: flow.ports.clock.now(),
  };
  const { record: changed } = await flow.handle(deployment, id, { type: 'DeploymentRequested', data });
  return viewOf(id, changed?.state as DeploymentState);
}

async function show(flow: Flow, id: string): Promise<z.input<typeof view>> {
  const found = await findDeployment(flow, id);
  return viewOf(found.id, found.state);
}

function viewOf(id: string, state: DeploymentState): z.input<typeof view> {
  const { modelId, modelName, environment, active, queue, failure, updatedAt } = state;
  return {
    deploymentId: id,
    model: { id: modelId, name: modelName },
    environment,
    status: statusOf(state),
    version: active?.version ?? null,
    waiting: queue.map(({ version }) => version),
    error: failure ? { code: failure.code, message: failure.message, version: failure.version } : null,
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
