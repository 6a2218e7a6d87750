/** Edit distance with insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const rows = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)];
  for (let j = 0; j < width; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++) {
    const current = rows[i % 3]!;
    const previous = rows[(i + 2) % 3]!;
    const beforePrevious = rows[(i + 1) % 3]!;
    current[0] = i;
    for (let j = 1; j < width; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforePrevious[j - 2]! + 1);
      }
      current[j] = cost;
    }
  }
  return rows[a.length % 3]![b.length]!;
}

const bare = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The names most like `name`, best first: a typing mistake, another case or a part of it; at most `limit`. */
export function closestNames(name: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = bare(name);
  const scored: { candidate: string; distance: number }[] = [];
  for (const candidate of candidates) {
    const other = bare(candidate);
    const contained = wanted.length >= 3 && (other.includes(wanted) || wanted.includes(other)) && other.length >= 3;
    const distance = contained ? Number(wanted !== other) : editDistance(wanted, other);
    if (distance <= Math.max(2, Math.floor(wanted.length / 3)) && distance < Math.max(wanted.length, other.length)) {
      scored.push({ candidate, distance });
    }
  }
  scored.sort((a, b) => a.distance - b.distance || a.candidate.localeCompare(b.candidate));
  return scored.slice(0, limit).map((entry) => entry.candidate);
}

/** ` Did you mean "a" or "b"?`, or nothing when no name is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = closestNames(name, candidates);
  if (near.length === 0) return '';
  const quoted = near.map((candidate) => `"${candidate}"`);
  const last = quoted.pop()!;
  return ` Did you mean ${quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last}?`;
}
