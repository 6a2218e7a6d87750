import { parentPort, workerData } from 'node:worker_threads';
import { Lane } from './lane.js';
import type { Layout } from './layout.js';

const { memory, layout, thread } = workerData as { memory: WebAssembly.Memory; layout: Layout; thread: number };
const lane = new Lane(memory, layout, thread);
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
