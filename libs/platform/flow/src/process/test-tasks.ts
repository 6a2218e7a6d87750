import { setTimeout as sleep } from 'node:timers/promises';
import { serveTasks } from './serve-tasks.js';

/** The worker process of the pool's tests: fills memory that it never gives back, and tells its number, or has a bug. */
const kept: Buffer[] = [];
await sleep(Number(process.env.TEST_START_MS ?? 0));

interface TestTask {
  readonly keepMb: number;
  readonly waitMs?: number;
  readonly bug?: boolean;
}

serveTasks(async ({ keepMb, waitMs = 0, bug = false }: TestTask) => {
  if (bug) throw new TypeError('x is not a function');
  kept.push(Buffer.alloc(keepMb * 2 ** 20, 1));
  await sleep(waitMs);
  return process.pid;
});
