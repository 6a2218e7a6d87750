import { createRandom } from '@trainyard/data';

/** Mixes 32 bits (Wellons' lowbias32). */
function mix(value: number): number {
  let a = value;
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  a = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  return (a ^ (a >>> 16)) >>> 0;
}

/** A seed for one purpose: depends on the fit's seed and on nothing that happened before, so a fit can be resumed anywhere. */
export function seedOf(seed: number, purpose: number, step: number): number {
  return mix(mix(mix((seed ^ Math.floor(seed / 2 ** 32)) >>> 0) + Math.imul(purpose, 0x9e3779b1)) + step);
}

/** The rows that draw `draw` keeps, each with probability `share`. Keeps all when it would keep none. */
export function sampleRows(rows: Uint32Array, share: number, draw: number): Uint32Array {
  const threshold = share * 2 ** 32;
  const kept = rows.filter((row) => mix(row ^ draw) < threshold);
  return kept.length > 0 ? kept : rows;
}

/** Which of `n` features a tree may use: the rounded share of them, one at least. */
export function sampleFeatures(n: number, share: number, draw: number): Uint8Array {
  const order = createRandom(draw).shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  const chosen = new Uint8Array(n);
  for (const f of order.subarray(0, Math.max(1, Math.round(n * share)))) chosen[f] = 1;
  return chosen;
}
