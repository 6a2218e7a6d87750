import { MemoryArtifacts } from '@trainyard/artifacts';
import { MemoryStore } from '@trainyard/store';
import { type Fault, type FaultRates, noFaults } from './faults.js';
import { SeededRandom } from './random.js';
import { Scheduler } from './scheduler.js';

const START = Date.UTC(2030, 0, 1);

/** What all simulated processes share: time, chance, and the things that survive a process. */
export class World {
  readonly random: SeededRandom;
  readonly scheduler = new Scheduler(START);
  readonly store = new MemoryStore();
  readonly artifacts = new MemoryArtifacts();
  /** How often each fault really struck. */
  readonly struck: Record<Fault, number> = {
    crash: 0,
    pause: 0,
    outage: 0,
    lostAnswer: 0,
    drop: 0,
    repeat: 0,
    reorder: 0,
  };
  private rates: FaultRates;

  constructor(
    seed: number,
    rates: FaultRates,
    /** The shortest pause of a process: longer than a lease. */
    readonly pauseMs: number,
  ) {
    this.random = new SeededRandom(seed);
    this.rates = rates;
  }

  strikes(fault: Fault): boolean {
    const strikes = this.random.chance(this.rates[fault]);
    if (strikes) this.struck[fault]++;
    return strikes;
  }

  /** From now on nothing goes wrong, so that what should heal can. */
  heal(): void {
    this.rates = noFaults;
  }
}
