import { setTimeout as sleep } from 'node:timers/promises';
import { serveTasks } from './serve-tasks.js';

/** The worker process of the pool's tests: fills memory that it never gives back, and tells its number. */
const kept: Buffer[] = [];
await sleep(Number(process.env.TEST_START_MS ?? 0));

serveTasks(async ({ keepMb, waitMs = 0 }: { readonly keepMb: number; readonly waitMs?: number }) => {
  kept.push(Buffer.alloc(keepMb * 2 ** 20, 1));
  await sleep(waitMs);
  return process.pid;
});
