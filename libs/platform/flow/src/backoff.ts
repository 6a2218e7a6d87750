/** Exponential back-off: `base`, 2 `base`, 4 `base`, ... never above `max` (ms). `attempt` counts from 1. */
export function backoff(attempt: number, base = 100, max = 30_000): number {
  return Math.min(max, base * 2 ** Math.min(attempt - 1, 30));
}
