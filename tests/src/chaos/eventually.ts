import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks until `look` answers something other than undefined or false, and answers that. What `look` throws counts as
 * "not yet": services are killed while they are asked.
 * @throws Error that names `what`, with the last reason, when the time is over
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let reason = '';
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      reason = '';
    } catch (error) {
      reason = `: ${(error as Error).message}`;
    }
    await sleep(20);
  }
  throw new Error(`not within ${timeoutMs / 1000} s: ${what}${reason}`);
}
