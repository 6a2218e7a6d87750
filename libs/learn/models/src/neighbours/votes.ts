/** What each neighbour's say is worth: the same, or the inverse of its distance (neighbours at distance 0 then decide alone). */
export type VoteWeights = 'uniform' | 'distance';

/** Fills `out` with the votes of the `k` neighbours whose distances begin at `at`; each is multiplied by its row's weight. */
export function votesOf(
  ...[kind, distances, rows, at, k, weight, out]: [
    ...[kind: VoteWeights, distances: Float64Array, rows: Int32Array, at: number, k: number],
    ...[weight: Float64Array | undefined, out: Float64Array],
  ]
): void {
  let touches = false;
  if (kind === 'distance') for (let i = 0; i < k; i++) touches ||= distances[at + i] === 0;
  for (let i = 0; i < k; i++) {
    const distance = distances[at + i]!;
    const vote = kind === 'uniform' ? 1 : touches ? Number(distance === 0) : 1 / distance;
    out[i] = vote * (weight?.[rows[at + i]!] ?? 1);
  }
}
