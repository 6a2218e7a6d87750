import { type EventInput, topicOf } from '@trainyard/contracts';
import type { SeededRandom, Simulation } from '@trainyard/flow/simulator';
import { codec, type GatewayDoor } from './processes.js';

/** What was asked of the platform, kept outside it: the judge's copy. */
export interface Accepted {
  readonly jobId: string;
  readonly expects: 'completed' | 'failed' | 'any';
  readonly deploys: boolean;
}

const JOBS = 8;
const SPREAD_MS = 20_000;

/**
 * Jobs over twenty seconds: plain ones, searches, wrong ones, ones with a gate that fails, cancelled ones; most are sent
 * more than once, as a client that saw no answer does; half of them through the gateway, half straight onto the topic.
 */
export function submitJobs(simulation: Simulation, gateway: GatewayDoor): Accepted[] {
  const { random, scheduler } = simulation.world;
  return Array.from({ length: JOBS }, (_, number) => {
    const { accepted, request } = makeJob(number, random);
    const at = scheduler.now + random.between(0, SPREAD_MS);
    const copies = random.pick([1, 1, 2, 5]);
    for (let copy = 0; copy < copies; copy++) {
      // The same event again: the same id. A client's own retry: another id, the same job.
      const id = random.chance(0.5) ? accepted.jobId : `${accepted.jobId}#${copy}`;
      // Who cancels has seen the job accepted: its first request is on the topic before.
      const ask =
        random.chance(0.5) && accepted.expects !== 'any'
          ? () => void askGateway(simulation, gateway, accepted.jobId, request)
          : () => void send(simulation, 'TrainRequested', id, accepted.jobId, request);
      scheduler.at(at + copy * random.between(0, 5000), ask);
    }
    if (accepted.expects === 'any') {
      const cancel = { jobId: accepted.jobId, reason: 'the simulation asked' };
      scheduler.at(
        at + random.between(0, 8000),
        () => void send(simulation, 'CancelRequested', `c-${accepted.jobId}`, accepted.jobId, cancel),
      );
    }
    return accepted;
  });
}

function makeJob(number: number, random: SeededRandom): { accepted: Accepted; request: EventInput['TrainRequested'] } {
  const jobId = `job-${number}`;
  const kind = random.pick(['plain', 'plain', 'plain', 'search', 'wrong', 'gated', 'cancelled'] as const);
  const deploys = random.chance(0.6);
  const request: EventInput['TrainRequested'] = {
    jobId,
    name: random.pick(['alpha', 'beta', 'gamma']),
    dataset: { uri: 'file:///data.csv', target: kind === 'wrong' ? 'missing' : 'y' },
    model: 'logistic',
    task: 'binary',
    ...(kind === 'search'
      ? { search: { strategy: 'random', trials: 5, parallelism: 2, objectives: ['log_loss'] } }
      : {}),
    ...(kind === 'gated' ? { gates: [{ metric: 'accuracy', min: 0.99 }] } : {}),
    ...(deploys ? { deploy: { environment: 'production' } } : {}),
  };
  const expects = kind === 'cancelled' ? 'any' : kind === 'wrong' || kind === 'gated' ? 'failed' : 'completed';
  return { accepted: { jobId, expects, deploys }, request };
}

const PATIENCE_MS = 3000;

/** A client of the REST call: asks again until it is told that its request was accepted. */
async function askGateway(
  simulation: Simulation,
  gateway: GatewayDoor,
  jobId: string,
  request: EventInput['TrainRequested'],
): Promise<void> {
  const { scheduler } = simulation.world;
  const later = (ms: number) => new Promise<false>((resolve) => scheduler.at(scheduler.now + ms, () => resolve(false)));
  for (let accepted = false; !accepted; ) {
    const answer = gateway.submit?.(jobId, request).then(
      () => true,
      () => false,
    );
    accepted = answer ? await Promise.race([answer, later(PATIENCE_MS)]) : await later(500);
  }
}

async function send<T extends 'TrainRequested' | 'CancelRequested'>(
  simulation: Simulation,
  type: T,
  id: string,
  key: string,
  data: EventInput[T],
): Promise<void> {
  const encoded = await codec.encode({ type, id, source: 'client', key, time: simulation.world.scheduler.now, data });
  if (encoded.topic !== topicOf(type)) throw new Error(`${type} on ${encoded.topic}`);
  simulation.bus.append(encoded);
}
