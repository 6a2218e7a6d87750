import type {
  DeploymentFailed,
  DeploymentReady,
  EvaluationCompleted,
  StageChangeRequested,
} from '@trainyard/contracts';

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

/** What the bus, or a REST call, tells a model. */
export type ModelCommand =
  | Told<'EvaluationCompleted', EvaluationCompleted>
  | Told<'DeploymentReady', DeploymentReady>
  | Told<'DeploymentFailed', DeploymentFailed>
  | Told<'StageChangeRequested', StageChangeRequested>
  | { readonly type: 'Delete' };
