import type { MetricPoint, Params, RunArtifact, RunState, RunStatus } from './state.js';

/** Everything that can happen to a run. */
export type RunEvent =
  | { readonly type: 'Started'; readonly state: RunState }
  | { readonly type: 'Progressed'; readonly status: RunStatus }
  | { readonly type: 'ParamsLogged'; readonly params: Params }
  | { readonly type: 'MetricsLogged'; readonly points: readonly MetricPoint[] }
  | { readonly type: 'Measured'; readonly metrics: Readonly<Record<string, number>> }
  | { readonly type: 'ArtifactLogged'; readonly artifact: RunArtifact }
  | {
      readonly type: 'Ended';
      readonly status: RunStatus;
      readonly model?: RunState['model'];
      readonly error?: RunState['error'];
      readonly at: number;
    };
