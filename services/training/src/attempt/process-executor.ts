import os from 'node:os';
import { ProcessPool, type ProcessPoolOptions } from '@trainyard/flow';
import type { AttemptExecutor, AttemptNote, AttemptResult, AttemptTask, ExecutionOptions } from './attempt.js';
import { PhaseSpans } from './phase-spans.js';

/** More threads than this gain a fit little. */
const MOST_THREADS = 8;

/** The threads that were asked for, else an equal share of the machine for each attempt that runs; never more than cores. */
export function threadsFor(
  running: number,
  asked: number | null | undefined,
  cores = os.availableParallelism(),
): number {
  return asked ? Math.min(asked, cores) : Math.min(MOST_THREADS, Math.max(1, Math.floor(cores / running)));
}

/** Runs each attempt in a warm worker process. */
export class ProcessExecutor implements AttemptExecutor {
  private readonly pool: ProcessPool;
  private running = 0;

  constructor({ slots, ...options }: { readonly slots: number } & Pick<ProcessPoolOptions, 'env' | 'metrics'>) {
    this.pool = new ProcessPool({
      ...options,
      module: new URL('./worker-process.js', import.meta.url),
      keepWarm: slots,
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
    const { memoryMb, threads } = task.request.resources ?? {};
    this.running++;
    const phases = new PhaseSpans();
    const hear = (note: AttemptNote) => (note.type === 'phase' ? phases.enter(note) : onNote(note));
    try {
      const result = await this.pool.run(
        { ...task, threads: threadsFor(this.running, threads) },
        { signal, memoryMb, onBeat, onNote: (note) => hear(note as AttemptNote) },
      );
      phases.end();
      return result as AttemptResult;
    } catch (error) {
      phases.fail(error);
      throw error;
    } finally {
      this.running--;
    }
  }
}
