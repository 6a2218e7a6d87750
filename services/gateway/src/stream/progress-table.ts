import type { TrainProgressed } from '@trainyard/contracts';

const KEPT = 10_000;

/** The latest progress of running jobs, in memory: telemetry that may be lost. The oldest entries go first. */
export class ProgressTable {
  private readonly latest = new Map<string, TrainProgressed>();
  private readonly listeners = new Set<(progress: TrainProgressed) => void>();

  get(jobId: string): TrainProgressed | undefined {
    return this.latest.get(jobId);
  }

  /** Takes notice of a report, unless a later one came before it. */
  hear(progress: TrainProgressed): void {
    const { jobId } = progress;
    const known = this.latest.get(jobId);
    if (known && (known.attempt > progress.attempt || (known.attempt === progress.attempt && known.at > progress.at)))
      return;
    this.latest.delete(jobId);
    this.latest.set(jobId, progress);
    if (this.latest.size > KEPT) this.latest.delete(this.latest.keys().next().value as string);
    for (const listener of this.listeners) listener(progress);
  }

  onProgress(listener: (progress: TrainProgressed) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
