import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import { queueOf } from './queue.js';

const answer = z.object({
  pool: z.string(),
  waiting: z.number().describe('jobs and trials that may be taken now'),
  running: z.number().describe('jobs and trials that a worker holds'),
  unfinished: z.number().describe('waiting and running: as many workers as this have something to do'),
  oldestWaitingSeconds: z.number(),
  reason: z.string().nullable().describe('why nothing moves'),
});

/** The REST call that shows a pool's queue, and by which its pods are scaled. */
export function queueEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/queues/{pool}',
      summary: 'What a pool of workers has to do',
      tag: 'queues',
      params: z.object({ pool: z.enum(['cpu', 'gpu']) }),
      answer,
      handle: async ({ params }) => {
        const queue = await queueOf(flow, params.pool);
        return { ...queue, unfinished: queue.waiting + queue.running };
      },
    }),
  ];
}
