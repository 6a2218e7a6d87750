import { createRandom } from '@trainyard/data';

/** Numbers between -1 and 1, none of them near 0, for tests. */
export function numbers(seed: number, length: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => (random.next() < 0.5 ? -1 : 1) * (0.05 + 0.95 * random.next()));
}
