import type { Deploy } from '@trainyard/contracts';
import type { ModelVersion, Signature, Stage } from './state.js';

/** Everything that can happen to a model. */
export type ModelEvent =
  | {
      readonly type: 'VersionRegistered';
      readonly modelId: string;
      readonly name: string;
      readonly version: Omit<ModelVersion, 'signature'>;
      readonly signature: Signature;
      readonly deploy: Deploy | null;
      readonly at: number;
    }
  | {
      readonly type: 'RegistrationRefused';
      readonly modelId: string;
      readonly name: string;
      readonly jobId: string;
      readonly code: string;
      readonly message: string;
      readonly at: number;
    }
  | {
      readonly type: 'DeploymentAsked';
      readonly ordinal: number;
      readonly environment: string;
      readonly jobId: string | null;
      readonly at: number;
    }
  | {
      readonly type: 'StageMoved';
      readonly ordinal: number;
      readonly from: Stage;
      readonly to: Stage;
      readonly reason: string;
      readonly at: number;
    }
  | {
      readonly type: 'DeploymentFailed';
      readonly ordinal: number;
      readonly environment: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly type: 'Withdrawn'; readonly at: number }
  | { readonly type: 'Deleted'; readonly at: number };
