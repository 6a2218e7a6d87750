import type { DeploymentRequested, ModelDeleted, UndeployRequested } from '@trainyard/contracts';
import type { AttemptCommand } from '@trainyard/flow';

/** What the bus, a REST call or the replica that loads the requested version tells a deployment. */
export type DeploymentCommand =
  | { readonly type: 'DeploymentRequested'; readonly data: DeploymentRequested }
  | { readonly type: 'UndeployRequested'; readonly data: UndeployRequested }
  | { readonly type: 'ModelDeleted'; readonly data: ModelDeleted }
  | AttemptCommand
  | { readonly type: 'Succeed'; readonly attempt: number };
