import type { Subscription } from '../bus.js';
import type { BusLog } from '../log.js';
import type { PartitionWork } from './partition-work.js';

type Commit = (offsets: { topic: string; partition: number; offset: string }[]) => Promise<void>;

/** How often offsets are committed at most, in milliseconds. Handling never waits for it. */
const INTERVAL = 50;

/** Commits what is done, behind the handlers' back: at once, then together after a short while. */
export class Committer {
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;

  constructor(
    private readonly commit: Commit,
    private readonly partitions: () => Iterable<PartitionWork>,
    private readonly log: BusLog,
    private readonly onCommitted: Subscription['onCommitted'],
  ) {}

  schedule(): void {
    if (this.#timer || this.#committing) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#committing ??= this.#run();
    }, INTERVAL);
  }

  /** Commits all that is done now; failures are left to redelivery. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#committing;
    await this.#run();
  }

  async #run(): Promise<void> {
    const advanced = [...this.partitions()].filter(({ position, committed }) => position && position !== committed);
    const offsets = advanced.map(({ topic, partition, position }) => ({ topic, partition, offset: position! }));
    try {
      if (offsets.length > 0) await this.commit(offsets);
      for (const [i, partition] of advanced.entries()) partition.committed = offsets[i]!.offset;
      for (const { topic, partition, offset } of offsets) this.onCommitted?.(topic, partition, offset);
    } catch (error) {
      // A rebalance or a broker that is away: the messages come again, here or elsewhere.
      this.log('debug', 'offsets were not committed', { error: String(error) });
    }
    this.#committing = undefined;
    for (const { position, committed } of this.partitions()) if (position !== committed) this.schedule();
  }
}
