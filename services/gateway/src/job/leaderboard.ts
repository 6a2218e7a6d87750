import type { LeaderboardEntry } from './state.js';

const KEPT = 100;

/** The best trials first, each once. */
export function rank(entries: readonly LeaderboardEntry[], direction = 'minimize'): LeaderboardEntry[] {
  const sign = direction.startsWith('max') ? -1 : 1;
  const byNumber = new Map(entries.map((entry) => [entry.number, entry]));
  const ranked = [...byNumber.values()].sort((a, b) => sign * (a.value - b.value) || a.number - b.number);
  return ranked.slice(0, KEPT);
}
