// Trees without a walk: every split of a tree is compared for 64 rows at once, from the leaves up, and each split chooses between what
// its two subtrees found. What 16 rows found lies in one vector: the number of their leaf. It takes a fixed few instructions a
// split, no jump that depends on a row and no wait for memory, so it beats walking where trees have few leaves.
//
// A tree is a program: its splits in post-order, the left subtree first, 8 bytes each: what to do at 0, the number of the
// threshold, less 128 (i8), at 1, a leaf's number at 2, the offset of the split's slot among the bins at 4. Leaves are
// numbered from left to right. A tree's record is 16 bytes: its program's address, the address after it, the address of
// what its leaves hold (32 bits each), and the number of its output.

/** Both children are leaves: a new finding is begun, the last one put aside. */
const LEAVES: i32 = 0;
/** Both children are splits: the left one's finding was put aside. */
const SPLITS: i32 = 1;
/** The left child is a leaf, or the right one. */
const LEFT_LEAF: i32 = 2;

/**
 * Writes the numbers of the leaves of 64 rows to `leaves`. `aside` has room for 64 bytes a level of the tree.
 */
export function sweepTree(tree: usize, bins: usize, leaves: usize, aside: usize): void {
  let a = i8x16.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let p = <usize>load<u32>(tree), end = <usize>load<u32>(tree, 4); p < end; p += 8) {
    const slot = bins + <usize>load<u32>(p, 4);
    const limit = v128.load_splat<u8>(p, 1);
    const ma = i8x16.gt_s(v128.load(slot), limit);
    const mb = i8x16.gt_s(v128.load(slot, 16), limit);
    const mc = i8x16.gt_s(v128.load(slot, 32), limit);
    const md = i8x16.gt_s(v128.load(slot, 48), limit);
    const kind = <i32>load<u8>(p);
    if (kind == LEAVES) {
      v128.store(aside, a);
      v128.store(aside, b, 16);
      v128.store(aside, c, 32);
      v128.store(aside, d, 48);
      aside += 64;
      const leaf = v128.load_splat<u8>(p, 2);
      a = i8x16.sub(leaf, ma);
      b = i8x16.sub(leaf, mb);
      c = i8x16.sub(leaf, mc);
      d = i8x16.sub(leaf, md);
    } else if (kind == SPLITS) {
      aside -= 64;
      a = v128.bitselect(a, v128.load(aside), ma);
      b = v128.bitselect(b, v128.load(aside, 16), mb);
      c = v128.bitselect(c, v128.load(aside, 32), mc);
      d = v128.bitselect(d, v128.load(aside, 48), md);
    } else {
      const leaf = v128.load_splat<u8>(p, 2);
      if (kind == LEFT_LEAF) {
        a = v128.bitselect(a, leaf, ma);
        b = v128.bitselect(b, leaf, mb);
        c = v128.bitselect(c, leaf, mc);
        d = v128.bitselect(d, leaf, md);
      } else {
        a = v128.bitselect(leaf, a, ma);
        b = v128.bitselect(leaf, b, mb);
        c = v128.bitselect(leaf, c, mc);
        d = v128.bitselect(leaf, d, md);
      }
    }
  }
  v128.store(leaves, a);
  v128.store(leaves, b, 16);
  v128.store(leaves, c, 32);
  v128.store(leaves, d, 48);
}

/** Adds what 64 rows' leaves hold (f32) to their f64 scores. */
export function addSwept(tree: usize, leaves: usize, scores: usize): void {
  const values = <usize>load<u32>(tree, 8);
  for (const end = leaves + 64; leaves < end; leaves += 4, scores += 32) {
    const four = load<u32>(leaves);
    let v = v128.load32_zero(values + <usize>((four & 0xff) << 2));
    v = v128.load_lane<u32>(values + <usize>((four >> 6) & 0x3fc), v, 1);
    v128.store(scores, f64x2.add(v128.load(scores), f64x2.promote_low_f32x4(v)));
    v = v128.load32_zero(values + <usize>((four >> 14) & 0x3fc));
    v = v128.load_lane<u32>(values + <usize>((four >> 22) & 0x3fc), v, 1);
    v128.store(scores, f64x2.add(v128.load(scores, 16), f64x2.promote_low_f32x4(v)), 16);
  }
}
