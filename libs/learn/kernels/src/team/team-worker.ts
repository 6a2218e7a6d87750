import { parentPort, workerData } from 'node:worker_threads';
import type { Lane } from './team.js';

const { module, data, thread } = workerData as { module: string; data: unknown; thread: number };
const { createLane } = (await import(module)) as { createLane: (data: unknown, thread: number) => Lane };
const lane = createLane(data, thread);
parentPort!.postMessage('ready');

for (let steps = 0; lane.rendezvous.awaitStart(steps); steps++) {
  try {
    lane.step();
  } catch (error) {
    lane.rendezvous.fail();
    throw error;
  }
  lane.rendezvous.finish();
}
