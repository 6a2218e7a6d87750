// A node is 16 bytes: threshold f32 (or, of a categorical node, the address of its set of bins) at 0, at 4 the address of its
// RIGHT child (the left one lies 16 bytes before), at 8 the offset of its value in a block of gathered rows, at 12 what a leaf
// holds. Bit 0 of the child's address marks a categorical node. A leaf's threshold is NaN and its child is itself: stepping on
// from a leaf stays there, so lanes that have arrived need no branch.

// A tree's record is 16 bytes: address of its root at 0, steps that every row can take before one may be at its leaf at 4, whether it
// has categorical nodes at 8, the byte offset of its output among the scores of a row at 12.

/** Walks the eight rows of a block through a tree without categorical nodes; leaves the addresses of their leaves at `out`. */
function walkRows(tree: usize, block: usize, out: usize): void {
  let rounds = load<i32>(tree, 4);
  let n0 = <usize>load<u32>(tree);
  let n1 = n0,
    n2 = n0,
    n3 = n0,
    n4 = n0,
    n5 = n0,
    n6 = n0,
    n7 = n0;
  let before: usize = 0;
  let sum: usize = 0;
  // Children lie after their parents, so the sum of the addresses grows until every row is at its leaf.
  do {
    before = sum;
    n0 = <usize>load<u32>(n0, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n0, 8)) <= load<f32>(n0))) << 4);
    n1 = <usize>load<u32>(n1, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n1, 8), 4) <= load<f32>(n1))) << 4);
    n2 = <usize>load<u32>(n2, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n2, 8), 8) <= load<f32>(n2))) << 4);
    n3 = <usize>load<u32>(n3, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n3, 8), 12) <= load<f32>(n3))) << 4);
    n4 = <usize>load<u32>(n4, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n4, 8), 16) <= load<f32>(n4))) << 4);
    n5 = <usize>load<u32>(n5, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n5, 8), 20) <= load<f32>(n5))) << 4);
    n6 = <usize>load<u32>(n6, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n6, 8), 24) <= load<f32>(n6))) << 4);
    n7 = <usize>load<u32>(n7, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n7, 8), 28) <= load<f32>(n7))) << 4);
    sum = n0 + n1 + n2 + n3 + n4 + n5 + n6 + n7;
  } while (--rounds > 0 || sum != before);
  store<u32>(out, <u32>n0);
  store<u32>(out, <u32>n1, 4);
  store<u32>(out, <u32>n2, 8);
  store<u32>(out, <u32>n3, 12);
  store<u32>(out, <u32>n4, 16);
  store<u32>(out, <u32>n5, 20);
  store<u32>(out, <u32>n6, 24);
  store<u32>(out, <u32>n7, 28);
}

/** Walks one row, the first of a block, through eight trees without categorical nodes; leaves the addresses of its leaves at `out`. */
function walkTrees(trees: usize, block: usize, out: usize): void {
  let n0 = <usize>load<u32>(trees);
  let n1 = <usize>load<u32>(trees, 16);
  let n2 = <usize>load<u32>(trees, 32);
  let n3 = <usize>load<u32>(trees, 48);
  let n4 = <usize>load<u32>(trees, 64);
  let n5 = <usize>load<u32>(trees, 80);
  let n6 = <usize>load<u32>(trees, 96);
  let n7 = <usize>load<u32>(trees, 112);
  let before: usize = 0;
  let sum: usize = 0;
  do {
    before = sum;
    n0 = <usize>load<u32>(n0, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n0, 8)) <= load<f32>(n0))) << 4);
    n1 = <usize>load<u32>(n1, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n1, 8)) <= load<f32>(n1))) << 4);
    n2 = <usize>load<u32>(n2, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n2, 8)) <= load<f32>(n2))) << 4);
    n3 = <usize>load<u32>(n3, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n3, 8)) <= load<f32>(n3))) << 4);
    n4 = <usize>load<u32>(n4, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n4, 8)) <= load<f32>(n4))) << 4);
    n5 = <usize>load<u32>(n5, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n5, 8)) <= load<f32>(n5))) << 4);
    n6 = <usize>load<u32>(n6, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n6, 8)) <= load<f32>(n6))) << 4);
    n7 = <usize>load<u32>(n7, 4) - ((<usize>(load<f32>(block + <usize>load<u32>(n7, 8)) <= load<f32>(n7))) << 4);
    sum = n0 + n1 + n2 + n3 + n4 + n5 + n6 + n7;
  } while (sum != before);
  store<u32>(out, <u32>n0);
  store<u32>(out, <u32>n1, 4);
  store<u32>(out, <u32>n2, 8);
  store<u32>(out, <u32>n3, 12);
  store<u32>(out, <u32>n4, 16);
  store<u32>(out, <u32>n5, 20);
  store<u32>(out, <u32>n6, 24);
  store<u32>(out, <u32>n7, 28);
}

/** Walks the row at `block` through a tree that may have categorical nodes; returns the address of its leaf. */
function walkMixed(node: usize, block: usize): usize {
  let before: usize = 0;
  while (node != before) {
    before = node;
    const child = <usize>load<u32>(node, 4);
    const at = block + <usize>load<u32>(node, 8);
    let left: usize = 0;
    if ((child & 1) == 0) {
      left = <usize>(load<f32>(at) <= load<f32>(node));
    } else {
      const bin = load<i32>(at);
      if (bin >= 0) left = <usize>((load<u32>(<usize>load<u32>(node) + ((<usize>(bin >> 5)) << 2)) >> (bin & 31)) & 1);
    }
    node = (child & ~1) - (left << 4);
  }
  return node;
}

/** Walks `groups` blocks (of `blockBytes` each, eight rows) through a tree; leaves at `leaves` the addresses of their leaves. */
export function walkTree(tree: usize, block: usize, groups: i32, blockBytes: usize, leaves: usize): void {
  const mixed = load<i32>(tree, 8) != 0;
  for (let g = 0; g < groups; g++, block += blockBytes, leaves += 32) {
    if (!mixed) walkRows(tree, block, leaves);
    else for (let k: usize = 0; k < 32; k += 4) store<u32>(leaves + k, <u32>walkMixed(load<u32>(tree), block + k));
  }
}

/**
 * Walks the first row of a block through `count` trees, whose records are followed by seven more that may be walked; leaves
 * the addresses of its leaves at `leaves`. `mixed`: some tree has categorical nodes.
 */
export function walkOne(trees: usize, count: i32, block: usize, mixed: i32, leaves: usize): void {
  if (mixed != 0) {
    for (let t = 0; t < count; t++, trees += 16, leaves += 4)
      store<u32>(leaves, <u32>walkMixed(load<u32>(trees), block));
    return;
  }
  for (let t = 0; t < count; t += 8, trees += 128, leaves += 32) walkTrees(trees, block, leaves);
}

/**
 * Adds what the leaves of `rows` rows hold (f32) to their scores (f64, `scoreBytes` a row), tree after tree. The leaves lie
 * as the walks leave them, `rowsWalked` u32 a tree.
 */
export function addLeaves(
  trees: usize,
  count: i32,
  leaves: usize,
  rows: i32,
  rowsWalked: i32,
  scores: usize,
  scoreBytes: usize,
): void {
  for (let t = 0; t < count; t++, trees += 16, leaves += (<usize>rowsWalked) << 2) {
    let s = scores + <usize>load<u32>(trees, 12);
    const end = leaves + ((<usize>rows) << 2);
    for (let p = leaves; p < end; p += 4, s += scoreBytes) {
      store<f64>(s, load<f64>(s) + <f64>load<f32>(<usize>load<u32>(p), 12));
    }
  }
}

/** As addLeaves for leaves that hold the index of a row of `width` f32 in `vectors`, added to all scores of the row. */
export function addLeafVectors(
  count: i32,
  leaves: usize,
  rows: i32,
  rowsWalked: i32,
  vectors: usize,
  width: i32,
  scores: usize,
): void {
  for (let t = 0; t < count; t++, leaves += (<usize>rowsWalked) << 2) {
    let s = scores;
    const end = leaves + ((<usize>rows) << 2);
    for (let p = leaves; p < end; p += 4) {
      let v = vectors + ((<usize>load<u32>(<usize>load<u32>(p), 12) * <usize>width) << 2);
      for (let k = 0; k < width; k++, s += 8, v += 4) store<f64>(s, load<f64>(s) + <f64>load<f32>(v));
    }
  }
}
