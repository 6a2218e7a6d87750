/** A share is taken to be at least this, so that an empty bin does not make the index infinite. */
const LEAST_SHARE = 1e-4;

/**
 * The population stability index of two samples counted in the same bins: the sum over bins of (q - p) ln(q / p), where p and
 * q are the bins' shares of the two. 0 when they are alike; by custom below 0.1 is stable and above 0.25 a shift (N. Siddiqi,
 * Credit Risk Scorecards, 2006). It is the divergence of Jeffreys (1946). Of two samples of one population it is about
 * (bins - 1)(1 / n + 1 / m) by chance (B. Yurdakul, Statistical Properties of Population Stability Index, 2018).
 *
 * An empty bin counts as half a row, and no share as less than 1e-4.
 * @param expected counts by bin, at least one above 0
 * @param observed counts by bin, from `begin` on; at least one above 0
 */
export function populationStability(expected: ArrayLike<number>, observed: ArrayLike<number>, begin = 0): number {
  let m = 0;
  let n = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    m += expected[bin]!;
    n += observed[begin + bin]!;
  }
  let index = 0;
  for (let bin = 0; bin < expected.length; bin++) {
    // A bin that is empty on both sides tells nothing.
    if (expected[bin] === 0 && observed[begin + bin] === 0) continue;
    const p = shareOf(expected[bin]!, m);
    const q = shareOf(observed[begin + bin]!, n);
    index += (q - p) * Math.log(q / p);
  }
  return index;
}

function shareOf(count: number, rows: number): number {
  return Math.max(Math.max(count, 0.5) / rows, LEAST_SHARE);
}
