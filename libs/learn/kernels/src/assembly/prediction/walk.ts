// A node is 16 bytes: threshold f32 (or, of a categorical node, the address of its set of bins) at 0, at 4 the address of its
// RIGHT child (the left one lies 16 bytes before), at 8 the offset of its value in a block of gathered rows, at 12 what a leaf
// holds. Bit 0 of the child's address marks a categorical node. A leaf's threshold is NaN and its child is itself: stepping on
// from a leaf stays there, so lanes that have arrived need no branch.

/** The node after `node` for the row at `lane` of the block. `mixed`: the tree has categorical nodes. */
// @ts-ignore: decorators
@inline
function next(node: usize, lane: usize, mixed: bool): usize {
  const child = <usize>load<u32>(node, 4);
  const at = lane + <usize>load<u32>(node, 8);
  if (mixed && (child & 1) != 0) {
    const bin = load<i32>(at);
    const inside =
      bin >= 0 ? (load<u32>(<usize>load<u32>(node) + (((<usize>bin) >> 5) << 2)) >> (<u32>bin & 31)) & 1 : 0;
    return child - 1 - ((<usize>inside) << 4);
  }
  return child - ((<usize>(load<f32>(at) <= load<f32>(node))) << 4);
}

// A tree's record is 16 bytes: address of its root at 0, steps that every row can take before one may be at its leaf at 4, whether it
// has categorical nodes at 8, the byte offset of its output among the scores of a row at 12.

/** Walks the eight rows of a block through a tree; leaves the addresses of their leaves at `out`. */
// @ts-ignore: decorators
@inline
function walkRows(tree: usize, block: usize, out: usize, mixed: bool): void {
  const root = <usize>load<u32>(tree);
  let rounds = load<i32>(tree, 4);
  let n0 = root,
    n1 = root,
    n2 = root,
    n3 = root,
    n4 = root,
    n5 = root,
    n6 = root,
    n7 = root;
  let before: usize = 0;
  let sum: usize = 0;
  // Children lie after their parents, so the sum of the addresses grows until every row is at its leaf.
  do {
    before = sum;
    n0 = next(n0, block, mixed);
    n1 = next(n1, block + 4, mixed);
    n2 = next(n2, block + 8, mixed);
    n3 = next(n3, block + 12, mixed);
    n4 = next(n4, block + 16, mixed);
    n5 = next(n5, block + 20, mixed);
    n6 = next(n6, block + 24, mixed);
    n7 = next(n7, block + 28, mixed);
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

/** Walks one row, the first of a block, through eight trees; leaves the addresses of its leaves at `out`. */
// @ts-ignore: decorators
@inline
function walkTrees(trees: usize, block: usize, out: usize, mixed: bool): void {
  let n0 = <usize>load<u32>(trees),
    n1 = <usize>load<u32>(trees, 16),
    n2 = <usize>load<u32>(trees, 32),
    n3 = <usize>load<u32>(trees, 48),
    n4 = <usize>load<u32>(trees, 64),
    n5 = <usize>load<u32>(trees, 80),
    n6 = <usize>load<u32>(trees, 96),
    n7 = <usize>load<u32>(trees, 112);
  let before: usize = 0;
  let sum: usize = 0;
  do {
    before = sum;
    n0 = next(n0, block, mixed);
    n1 = next(n1, block, mixed);
    n2 = next(n2, block, mixed);
    n3 = next(n3, block, mixed);
    n4 = next(n4, block, mixed);
    n5 = next(n5, block, mixed);
    n6 = next(n6, block, mixed);
    n7 = next(n7, block, mixed);
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

/**
 * Walks `groups` blocks (of `blockBytes` each, eight rows) through `count` trees; leaves at `leaves` the addresses of the
 * leaves, tree by tree: `8 groups` u32 a tree.
 */
export function walkBlocks(
  trees: usize,
  count: i32,
  block: usize,
  groups: i32,
  blockBytes: usize,
  leaves: usize,
): void {
  for (let t = 0; t < count; t++, trees += 16) {
    let b = block;
    const mixed = load<i32>(trees, 8) != 0;
    for (let g = 0; g < groups; g++, b += blockBytes, leaves += 32) {
      if (mixed) walkRows(trees, b, leaves, true);
      else walkRows(trees, b, leaves, false);
    }
  }
}

/**
 * Walks the first row of a block through `count` trees, whose records are followed by seven more that may be walked; leaves
 * the addresses of its leaves at `leaves`. `mixed`: some tree has categorical nodes.
 */
export function walkOne(trees: usize, count: i32, block: usize, mixed: i32, leaves: usize): void {
  for (let t = 0; t < count; t += 8, trees += 128, leaves += 32) {
    if (mixed != 0) walkTrees(trees, block, leaves, true);
    else walkTrees(trees, block, leaves, false);
  }
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
      let v = vectors + (((<usize>load<u32>(<usize>load<u32>(p), 12)) * <usize>width) << 2);
      for (let k = 0; k < width; k++, s += 8, v += 4) store<f64>(s, load<f64>(s) + <f64>load<f32>(v));
    }
  }
}
