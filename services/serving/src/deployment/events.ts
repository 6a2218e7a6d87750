import type { DeploymentRequested } from '@trainyard/contracts';
import type { AttemptEvent } from '@trainyard/flow';

/** Everything that can happen to a deployment. */
export type DeploymentEvent =
  | AttemptEvent
  | { readonly type: 'Requested'; readonly request: DeploymentRequested; readonly at: number }
  | {
      readonly type: 'Ready';
      readonly request: DeploymentRequested;
      /** What served until now. */
      readonly previous?: string;
      readonly at: number;
    }
  | {
      readonly type: 'Failed';
      readonly request: DeploymentRequested;
      readonly code: string;
      readonly message: string;
      readonly at: number;
    }
  | { readonly type: 'Retired'; readonly at: number };
