import type { Flow } from '@trainyard/flow';
import { trainingJob } from '../job/job.js';

/**
 * Tells a job of its checkpoints, one at a time and the newest last. A quick model makes them faster than a slow store
 * takes them: side by side they would hold up each other and the renewal of the lease, which would then be lost.
 */
export class CheckpointKeeper {
  private newest: string | undefined;
  private keeping = false;

  constructor(
    private readonly flow: Flow,
    private readonly jobId: string,
    private readonly attempt: number,
  ) {}

  keep(digest: string): void {
    this.newest = digest;
    if (!this.keeping) void this.run();
  }

  private async run(): Promise<void> {
    this.keeping = true;
    for (let digest = this.next(); digest; digest = this.next()) await this.save(digest);
    this.keeping = false;
  }

  private next(): string | undefined {
    const digest = this.newest;
    this.newest = undefined;
    return digest;
  }

  /** A checkpoint that cannot be kept costs time after a crash, nothing else. */
  private async save(digest: string): Promise<void> {
    const { jobId, attempt, flow } = this;
    try {
      await flow.handle(trainingJob, jobId, { type: 'SaveCheckpoint', attempt, digest });
    } catch (error) {
      flow.ports.log.warn({ jobId, attempt, error }, 'a checkpoint was not kept');
    }
  }
}
