import type { AggregateRecord, Flow } from '@trainyard/flow';
import { Problem } from '@trainyard/service';
import { z } from 'zod';
import { deployment } from '../deployment/deployment.js';
import type { DeploymentState } from '../deployment/state.js';

/** The path parameter by which a deployment is named. */
export const deploymentById = z.object({ id: z.string().describe('a deployment, or a model by id or name') });

/**
 * By its own id, else the production or staging deployment of the model with that id or name.
 * @throws Problem DEPLOYMENT_NOT_FOUND
 */
export async function findDeployment(flow: Flow, id: string): Promise<AggregateRecord<DeploymentState>> {
  const record = await flow.load<DeploymentState>(deployment, id);
  if (record) return record;
  for (const field of ['modelId', 'modelName']) {
    const found = await flow.find<DeploymentState>(deployment, { where: { [field]: id }, limit: 10 });
    const chosen = found.find(({ state }) => state.environment === 'production') ?? found[0];
    if (chosen) return chosen;
  }
  throw new Problem(404, 'DEPLOYMENT_NOT_FOUND', `there is no deployment "${id}"; GET /api/v1/deployments lists them`);
}
