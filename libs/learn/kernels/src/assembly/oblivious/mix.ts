/** Mixes 32 bits (Wellons' lowbias32). */
export function mix(a: u32): u32 {
  a ^= a >> 16;
  a *= 0x7feb352d;
  a ^= a >> 15;
  a *= 0x846ca68b;
  return a ^ (a >> 16);
}

/** A number in (0, 1) from 32 random bits. */
export function uniform(bits: u32): f32 {
  return (<f32>(bits >> 8) + 0.5) * <f32>(1.0 / 16777216.0);
}
