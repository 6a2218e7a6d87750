import type { Clock } from '../clock.js';
import { type Fault, SimulatedOutage } from './faults.js';
import type { World } from './world.js';

const LATENCY_MS = 4;

/**
 * One life of a process. Everything it awaits from outside goes through `step`; once it has died nothing it waits for
 * ever arrives, exactly as for a process that was killed.
 */
export class Incarnation {
  alive = true;
  private pausedUntil = 0;
  readonly clock: Clock = {
    now: () => this.world.scheduler.now,
    sleep: (ms, signal) => this.sleep(ms, signal),
  };

  constructor(
    readonly process: string,
    private readonly world: World,
    private readonly died: () => void,
  ) {}

  /** Runs `work` at `time` in this life: later while paused, never when dead. */
  at(time: number, work: () => void): void {
    this.world.scheduler.at(time, () => {
      if (!this.alive) return;
      if (this.pausedUntil > this.world.scheduler.now) return this.at(this.pausedUntil, work);
      work();
    });
  }

  /** An operation outside the process: it takes time, may fail, may lose its answer, and the process may die around it. */
  step<T>(name: string, operation: () => Promise<T>): Promise<T> {
    const { random, scheduler } = this.world;
    return new Promise<T>((resolve, reject) => {
      this.at(scheduler.now + random.between(0, LATENCY_MS), async () => {
        if (this.strikes('crash')) return this.kill();
        if (this.strikes('pause')) this.pause();
        if (this.strikes('outage')) return reject(new SimulatedOutage(`${name}: away`));
        let settle: () => void;
        try {
          const result = await operation();
          settle = () => resolve(result);
        } catch (error) {
          settle = () => reject(error);
        }
        if (this.strikes('crash')) return this.kill();
        if (this.strikes('lostAnswer')) settle = () => reject(new SimulatedOutage(`${name}: the answer was lost`));
        this.at(scheduler.now + random.between(0, LATENCY_MS), settle);
      });
    });
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.died();
  }

  private strikes(fault: Fault): boolean {
    return this.alive && this.world.strikes(fault);
  }

  private pause(): void {
    this.pausedUntil = Math.ceil(this.world.scheduler.now + this.world.random.between(1, 4) * this.world.pauseMs);
  }

  private sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      let slept = false;
      const wake = () => {
        if (slept) return;
        slept = true;
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake, { once: true });
      this.at(this.world.scheduler.now + Math.max(1, ms), wake);
    });
  }
}
