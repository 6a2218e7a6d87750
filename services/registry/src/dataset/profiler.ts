import { ProcessPool, type ProcessPoolOptions } from '@trainyard/flow';
import type { Profile } from './dataset.js';

/** A stored file to read: its digest, and the format its name told. */
export interface ProfileTask {
  readonly digest: string;
  readonly format?: string;
}

/** Where files are read and described: a worker process in production. */
export interface Profiler {
  /** @throws an error with the code and message of the LearnError that reading gave */
  profile(task: ProfileTask, signal: AbortSignal): Promise<Profile>;
}

/** Reads each file in a worker process: gigabytes of columns never weigh on the service, nor a file that kills its reader. */
export class ProcessProfiler implements Profiler {
  private readonly pool: ProcessPool;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: Pick<ProcessPoolOptions, 'env' | 'metrics'>) {
    this.pool = new ProcessPool({ ...options, module: new URL('./profile-process.js', import.meta.url), keepWarm: 1 });
  }

  /** One at a time, in turn: each may take as much memory as its file is large. */
  profile(task: ProfileTask, signal: AbortSignal): Promise<Profile> {
    const result = this.last.then(() => this.pool.run(task, { signal }) as Promise<Profile>);
    this.last = result.catch(() => {});
    return result;
  }

  close(): void {
    this.pool.close();
  }
}
