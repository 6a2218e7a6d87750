import type { FlowPorts } from '@trainyard/flow';
import type { AttemptNote } from './attempt.js';

type Progress = Extract<AttemptNote, { type: 'progress' }>;

const EVERY_MS = 100;
const REMEMBERED = 10_000;

/** Publishes progress as telemetry: at most ten times a second for each job, and nothing waits for it. */
export class ProgressReporter {
  private readonly last = new Map<string, number>();
  private count = 0;

  constructor(private readonly ports: FlowPorts) {}

  report(jobId: string, attempt: number, { type: _, ...progress }: Progress): void {
    const now = this.ports.clock.now();
    const final = progress.iteration >= progress.iterations;
    if (!final && now - (this.last.get(jobId) ?? 0) < EVERY_MS) return;
    if (this.last.size > REMEMBERED) this.last.clear();
    this.last.set(jobId, now);
    void this.publish(jobId, { jobId, attempt, at: now, ...progress });
  }

  private async publish(
    jobId: string,
    data: { jobId: string; attempt: number; at: number } & Omit<Progress, 'type'>,
  ): Promise<void> {
    const { codec, bus, service, clock, log } = this.ports;
    try {
      const id = `progress/${jobId}/${data.attempt}/${this.count++}`;
      const source = `trainyard/${service}`;
      await bus.publish([
        await codec.encode({ type: 'TrainProgressed', id, source, key: jobId, time: clock.now(), data }),
      ]);
    } catch (error) {
      log.warn({ jobId, error }, 'progress was not published');
    }
  }
}
