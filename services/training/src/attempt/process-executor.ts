import { ProcessPool } from '@trainyard/flow';
import type { AttemptExecutor, AttemptNote, AttemptResult, AttemptTask, ExecutionOptions } from './attempt.js';

/** Runs each attempt in a warm worker process. */
export class ProcessExecutor implements AttemptExecutor {
  private readonly pool: ProcessPool;

  constructor(options: { readonly slots: number; readonly env: NodeJS.ProcessEnv }) {
    this.pool = new ProcessPool({
      module: new URL('./worker-process.js', import.meta.url),
      env: options.env,
      keepWarm: options.slots,
      tasksPerProcess: 500,
    });
  }

  warm(): void {
    this.pool.warm();
  }

  close(): void {
    this.pool.close();
  }

  async run(task: AttemptTask, { signal, onNote, onBeat }: ExecutionOptions): Promise<AttemptResult> {
    const memoryMb = task.request.resources?.memoryMb;
    const result = await this.pool.run(task, {
      signal,
      memoryMb,
      onBeat,
      onNote: (note) => onNote(note as AttemptNote),
    });
    return result as AttemptResult;
  }
}
