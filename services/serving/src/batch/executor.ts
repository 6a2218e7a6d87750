import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ArtifactStore } from '@trainyard/artifacts';
import { ProcessPool, type ProcessPoolOptions } from '@trainyard/flow';
import type { SourceResolver } from '@trainyard/sources';
import type { BatchExecutor } from '../work.js';
import type { BatchResult, BatchState } from './state.js';

/** What the child process is asked to do: everything is a local file by then. */
export interface BatchTask {
  readonly model: string;
  readonly input: string;
  /** What errors call the input. */
  readonly inputName: string;
  readonly inputFormat?: string;
  readonly output: string;
  readonly outputFormat: string;
}

/** Predicts files in child processes: a huge file or a crash fails one batch, not the service. */
export class ProcessBatchExecutor implements BatchExecutor {
  private readonly pool: ProcessPool;

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly sources: Pick<SourceResolver, 'snapshot'>,
    options: Pick<ProcessPoolOptions, 'env' | 'metrics'>,
  ) {
    this.pool = new ProcessPool({ ...options, module: new URL('./worker-process.js', import.meta.url), keepWarm: 1 });
  }

  close(): void {
    this.pool.close();
  }

  /** @throws SourceError, ArtifactError, TaskFailure */
  async run(
    { artifact, input, outputFormat }: BatchState['request'],
    { signal, onBeat }: { readonly signal: AbortSignal; readonly onBeat: () => void },
  ): Promise<BatchResult> {
    const start = performance.now();
    const snapshot = await this.sources.snapshot(input.uri, signal);
    onBeat();
    const model = await this.artifacts.localPath(artifact);
    const folder = await mkdtemp(path.join(tmpdir(), 'trainyard-batch-'));
    try {
      const output = path.join(folder, 'predictions');
      const inputFormat = input.format ?? snapshot.format;
      const task: BatchTask = { model, input: snapshot.path, inputName: input.uri, inputFormat, output, outputFormat };
      const { rows } = (await this.pool.run(task, { signal, onBeat })) as { rows: number };
      const { digest, size } = await this.artifacts.put(createReadStream(output, { highWaterMark: 1 << 20 }));
      return { digest, rows, bytes: size, seconds: (performance.now() - start) / 1000 };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
