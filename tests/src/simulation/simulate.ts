import { createHash } from 'node:crypto';
import { type Fault, Simulation } from '@trainyard/flow/simulator';
import type { JobState } from '@trainyard/training-service';
import type { Ledger } from './executors.js';
import { checkInvariants, owed, states } from './invariants.js';
import { addServices, type GatewayDoor, LEASE_MS } from './processes.js';
import { submitJobs } from './workload.js';

export interface SimulationResult {
  readonly seed: number;
  readonly steps: number;
  /** How often each fault really struck. */
  readonly struck: Readonly<Record<Fault, number>>;
  readonly refusals: number;
  readonly jobs: Readonly<Record<string, number>>;
  /** Of everything that was published, in order: the same seed gives the same. */
  readonly digest: string;
}

const FAULTY_MS = 60_000;
const HEALED_MS = 1_800_000;
const terminal = new Set(['completed', 'failed', 'cancelled']);

/** One seed: a workload, a minute of faults, time to heal, and the invariants. @throws AssertionError naming the seed */
export async function simulate(seed: number): Promise<SimulationResult> {
  const simulation = new Simulation({ seed, leaseMs: LEASE_MS });
  const ledger: Ledger = new Map();
  const gateway: GatewayDoor = {};
  addServices(simulation, ledger, gateway);
  const accepted = submitJobs(simulation, gateway);
  let quiet = false;
  const watch = async () => {
    const jobs = await states<JobState>(simulation, 'TrainingJob');
    const ended = accepted.every(({ jobId }) => terminal.has(jobs.get(jobId)?.status ?? ''));
    quiet = ended && simulation.bus.backlog === 0 && (await owed(simulation)) === 0;
    simulation.world.scheduler.at(simulation.world.scheduler.now + 1000, () => void watch());
  };
  await watch();
  try {
    await simulation.run(() => quiet, FAULTY_MS, HEALED_MS);
    await checkInvariants(simulation, accepted, ledger);
  } catch (error) {
    (error as Error).message = `seed ${seed}: ${(error as Error).message}`;
    throw error;
  }
  const jobs = [...(await states<JobState>(simulation, 'TrainingJob')).values()];
  const hash = createHash('sha256');
  for (const { topic, headers } of simulation.bus.log) hash.update(`${topic} ${headers.ce_id}\n`);
  return {
    seed,
    steps: simulation.world.scheduler.steps,
    struck: simulation.world.struck,
    refusals: jobs.reduce((sum, { refusals }) => sum + refusals.length, 0),
    jobs: Object.fromEntries(
      ['completed', 'failed', 'cancelled'].map((status) => [
        status,
        jobs.filter((job) => job.status === status).length,
      ]),
    ),
    digest: hash.digest('hex'),
  };
}
