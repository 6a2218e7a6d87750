import type { ArtifactStore } from '@trainyard/artifacts';
import type { Bus } from '@trainyard/bus';
import type { Store } from '@trainyard/store';
import type { Clock } from '../clock.js';
import { defaultFaults, type FaultRates } from './faults.js';
import { Incarnation } from './incarnation.js';
import type { SeededRandom } from './random.js';
import { SimulatedBus } from './simulated-bus.js';
import { World } from './world.js';

/** The outside as one life of a simulated process sees it. */
export interface SimulatedPorts {
  readonly store: Store;
  readonly bus: Bus;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** Counts the lives of this process, from 1. */
  readonly life: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly faults?: FaultRates;
  /** The longest lease in the scenario (ms): pauses are longer. */
  readonly leaseMs: number;
}

/**
 * Whole services in one process under virtual time. A process is a function that boots it; when the simulation kills it,
 * the function is called again a little later, with nothing but what the store, bus and artifact store kept.
 * (After FoundationDB's and TigerBeetle's simulation testing.)
 */
export class Simulation {
  readonly world: World;
  readonly bus: SimulatedBus;

  constructor(options: SimulationOptions) {
    this.world = new World(options.seed, options.faults ?? defaultFaults, options.leaseMs);
    this.bus = new SimulatedBus(this.world);
  }

  addProcess(name: string, boot: (ports: SimulatedPorts) => Promise<void>, life = 1): void {
    const { world } = this;
    const incarnation = new Incarnation(name, world, () => {
      this.bus.died(incarnation);
      world.scheduler.at(world.scheduler.now + world.random.between(50, 3000), () =>
        this.addProcess(name, boot, life + 1),
      );
    });
    const ports: SimulatedPorts = {
      store: stepped(world.store, incarnation, 'store'),
      artifacts: stepped(world.artifacts, incarnation, 'artifacts'),
      bus: this.bus.of(incarnation),
      clock: incarnation.clock,
      random: world.random,
      life,
    };
    // A boot that fails ends its process, as `main` does; the next life tries again.
    incarnation.at(world.scheduler.now, () => void boot(ports).catch(() => incarnation.kill()));
  }

  /** Faults strike for `faultyMs` of virtual time; then everything has until `maxMs` to become `done`. */
  async run(done: () => boolean, faultyMs: number, maxMs: number): Promise<boolean> {
    const { scheduler } = this.world;
    const start = scheduler.now;
    scheduler.at(start + faultyMs, () => this.world.heal());
    return scheduler.run(() => scheduler.now > start + faultyMs && done(), start + maxMs);
  }
}

/** The same object, each of whose methods is a step that can fail. */
function stepped<T extends object>(target: T, life: Incarnation, name: string): T {
  return new Proxy(target, {
    get(object, property) {
      const value = Reflect.get(object, property);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => life.step(`${name}.${String(property)}`, async () => value.apply(object, args));
    },
  });
}
