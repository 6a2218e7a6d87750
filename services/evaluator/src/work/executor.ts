import type { DatasetReference } from '@trainyard/contracts';

/** What is computed away from the event loop. */
export type EvaluationTask =
  /** Scores the predictions that training kept of the rows it held out. */
  | { readonly kind: 'holdout'; readonly holdout: string }
  /** Predicts other rows with a registered version, then scores those. */
  | { readonly kind: 'dataset'; readonly artifact: string; readonly dataset: DatasetReference };

export interface EvaluationResult {
  readonly metrics: Readonly<Record<string, number>>;
  /** Digest of the full report: metrics, confusion matrix and curves as JSON. */
  readonly report: string;
}

/** Where evaluations are computed: worker processes in production, at once in the simulator. */
export interface EvaluationExecutor {
  run(
    task: EvaluationTask,
    options: { readonly signal: AbortSignal; readonly onBeat: () => void },
  ): Promise<EvaluationResult>;
}
