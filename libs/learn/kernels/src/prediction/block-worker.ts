import { workerData } from 'node:worker_threads';
import { BlockQueue } from '../team/block-queue.js';
import { loadKernels } from '../team/load-kernels.js';
import { type BlockKernels, type BlockWork, runBlocks } from './crew.js';

const { memory, queue: address, thread } = workerData as BlockWork;
const kernels = loadKernels<BlockKernels>(memory);
const queue = new BlockQueue(memory, address);

for (let seen = 0; ; seen = queue.awaitBlocks(seen)) {
  try {
    runBlocks(queue, kernels, thread);
  } catch (error) {
    queue.fail();
    throw error;
  }
}
