import { ProcessPool, type ProcessPoolOptions } from '@trainyard/flow';
import type { EvaluationExecutor, EvaluationResult, EvaluationTask } from './executor.js';

/** Computes each evaluation in a warm worker process: large held-out sets never block the service. */
export class ProcessExecutor implements EvaluationExecutor {
  private readonly pool: ProcessPool;

  constructor({ slots, ...options }: { readonly slots: number } & Pick<ProcessPoolOptions, 'env' | 'metrics'>) {
    const module = new URL('./worker-process.js', import.meta.url);
    this.pool = new ProcessPool({ ...options, module, keepWarm: slots });
  }

  warm(): void {
    this.pool.warm();
  }

  close(): void {
    this.pool.close();
  }

  async run(
    task: EvaluationTask,
    options: { readonly signal: AbortSignal; readonly onBeat: () => void },
  ): Promise<EvaluationResult> {
    return (await this.pool.run(task, options)) as EvaluationResult;
  }
}
