import { gatherCodes } from './codes';
import { Growth } from './growth';

/**
 * Nodes of fewer rows are cut between all codes they have: a row's bin is then 1 + the number of smaller codes in the node (0 when
 * it is missing).
 */
export const FEW_ROWS: i32 = 64;

// At `codes`: up to 72 codes (u16), at 256 the rank of each row (u8), at 384 the code of each rank (u16).
const RANKS: usize = 256;
const CODES: usize = 384;

/** Where ranksOf has written them. */
export function ranksOf(g: Growth): usize {
  return g.codes + RANKS;
}

/** Ranks the node's codes of a feature. */
export function rankRows(g: Growth, feature: i32): void {
  gatherCodes(g, feature);
  const n = <usize>g.count;
  const end = g.codes + (n << 1);
  for (let i: usize = 0; i < n; i++) {
    const code = load<u16>(g.codes + (i << 1));
    const all = i16x8.splat(<i16>code);
    // Each smaller code counts -1. Padding is larger than any, and missing values are 0: a rank of 1 + their number leaves gaps.
    let smaller = i16x8.splat(0);
    for (let p = g.codes; p < end; p += 16) smaller = i16x8.add(smaller, i16x8.lt_s(v128.load(p), all));
    const pairs = i32x4.extadd_pairwise_i16x8_s(smaller);
    const twos = i32x4.add(pairs, v128.shuffle<i32>(pairs, pairs, 2, 3, 0, 1));
    const rank = code == 0 ? 0 : 1 - i32x4.extract_lane(twos, 0) - i32x4.extract_lane(twos, 1);
    store<u8>(g.codes + RANKS + i, <u8>rank);
    store<u16>(g.codes + CODES + ((<usize>rank) << 1), code);
  }
}

/** The code that a rank stands for. */
export function codeOfRank(g: Growth, rank: i32): i32 {
  return load<u16>(g.codes + CODES + ((<usize>rank) << 1));
}
