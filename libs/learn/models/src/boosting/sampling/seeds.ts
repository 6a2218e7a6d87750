/** Mixes 32 bits (Wellons' lowbias32). */
export function mixBits(value: number): number {
  let a = value;
  a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  a = Math.imul(a ^ (a >>> 15), 0x846ca68b);
  return (a ^ (a >>> 16)) >>> 0;
}

/** A seed for one purpose: depends on the fit's seed and on nothing that happened before, so a fit can be resumed anywhere. */
export function seedOf(seed: number, purpose: number, step: number): number {
  const folded = mixBits((seed ^ Math.floor(seed / 2 ** 32)) >>> 0);
  return mixBits(mixBits(folded + Math.imul(purpose, 0x9e3779b1)) + step);
}
