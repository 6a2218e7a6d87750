import { entryShift, firstEntry, ROW_MASK } from './codes';
import { FEW } from './counts/few';
import { COUNTS, Growth } from './growth';

// Where a node is small enough, the codes of its rows are copied once, feature by feature, into a block that stays in the cache while all
// of the tree below is grown. Entries then hold a row's place in the block. Most nodes lie in such parts, and rows that are
// scattered over all the data cost more to look up than to count.

/** Below, copying costs more than it saves. */
const FEWEST: i32 = 24;

export function isInBlock(g: Growth): bool {
  return g.start >= g.blockStart && g.start < g.blockEnd;
}

/** Whether the node's rows are looked up in whole columns, bin by bin. */
export function isWhole(g: Growth): bool {
  return !isInBlock(g) && g.count > FEW;
}

/** Says where the codes of the node's rows lie, which it copies into the block when that is worth it. */
export function locateCodes(g: Growth): void {
  if (isInBlock(g)) return;
  g.blockStart = g.blockEnd = 0;
  g.codesAt = g.byRow;
  g.rowBytes = (<usize>g.features) << 1;
  g.featureBytes = 2;
  if (g.count > g.blockRows || g.count < FEWEST || !isDeep(g)) return;
  g.blockStart = g.start;
  g.blockEnd = g.start + g.count;
  fillBlock(g);
  if (g.random != 0 && g.kind == COUNTS) fillValues(g);
  renumber(g);
  g.codesAt = g.block;
  g.rowBytes = 2;
  g.featureBytes = (<usize>(g.count + 7) & ~7) << 1;
}

/** Whether so much of the tree may follow that most codes will be needed. */
function isDeep(g: Growth): bool {
  return g.maxDepth == 0 || (g.maxDepth - g.depth) * g.maxFeatures * 2 >= g.features;
}

/** Transposes the codes of the node's rows, eight rows and eight features at a time; rows are padded to a multiple of eight. */
function fillBlock(g: Growth): void {
  const featureBytes = (<usize>(g.count + 7) & ~7) << 1;
  const wide = g.features & ~7;
  let to = g.block;
  for (let i = 0; i < g.count; i += 8, to += 16) {
    const r0 = rowAt(g, i),
      r1 = rowAt(g, i + 1),
      r2 = rowAt(g, i + 2),
      r3 = rowAt(g, i + 3),
      r4 = rowAt(g, i + 4),
      r5 = rowAt(g, i + 5),
      r6 = rowAt(g, i + 6),
      r7 = rowAt(g, i + 7);
    let at = to;
    let f: usize = 0;
    for (; f < (<usize>wide) << 1; f += 16, at += featureBytes << 3) {
      transpose(r0 + f, r1 + f, r2 + f, r3 + f, r4 + f, r5 + f, r6 + f, r7 + f, at, featureBytes);
    }
    for (; f < (<usize>g.features) << 1; f += 2, at += featureBytes) {
      store<u16>(at, load<u16>(r0 + f));
      store<u16>(at, load<u16>(r1 + f), 2);
      store<u16>(at, load<u16>(r2 + f), 4);
      store<u16>(at, load<u16>(r3 + f), 6);
      store<u16>(at, load<u16>(r4 + f), 8);
      store<u16>(at, load<u16>(r5 + f), 10);
      store<u16>(at, load<u16>(r6 + f), 12);
      store<u16>(at, load<u16>(r7 + f), 14);
    }
  }
}

/** What the codes of the block stand for. */
function fillValues(g: Growth): void {
  const featureBytes = (<usize>(g.count + 7) & ~7) << 1;
  const tableBytes = (<usize>1024) << g.partBits;
  const end = g.block + <usize>g.features * featureBytes;
  let code = g.block,
    value = g.blockValues,
    table = g.middles;
  for (; code < end; table += tableBytes) {
    for (const last = code + featureBytes; code < last; code += 8, value += 16) {
      const a = load<f32>(table + ((<usize>load<u16>(code)) << 2));
      const b = load<f32>(table + ((<usize>load<u16>(code, 2)) << 2));
      const c = load<f32>(table + ((<usize>load<u16>(code, 4)) << 2));
      const d = load<f32>(table + ((<usize>load<u16>(code, 6)) << 2));
      store<f32>(value, a);
      store<f32>(value, b, 4);
      store<f32>(value, c, 8);
      store<f32>(value, d, 12);
    }
  }
}

/** Where the codes of the row of the node's i-th entry begin, of its last one beyond that. */
function rowAt(g: Growth, i: i32): usize {
  const entry = firstEntry(g) + ((<usize>min(i, g.count - 1)) << entryShift(g));
  const row = g.kind == COUNTS ? load<u32>(entry) & ROW_MASK : load<u32>(entry);
  return g.byRow + <usize>row * ((<usize>g.features) << 1);
}

function transpose(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  r6: usize,
  r7: usize,
  to: usize,
  bytes: usize,
): void {
  const a0 = interleaveLow(v128.load(r0), v128.load(r1)),
    b0 = interleaveHigh(v128.load(r0), v128.load(r1)),
    a1 = interleaveLow(v128.load(r2), v128.load(r3)),
    b1 = interleaveHigh(v128.load(r2), v128.load(r3)),
    a2 = interleaveLow(v128.load(r4), v128.load(r5)),
    b2 = interleaveHigh(v128.load(r4), v128.load(r5)),
    a3 = interleaveLow(v128.load(r6), v128.load(r7)),
    b3 = interleaveHigh(v128.load(r6), v128.load(r7));
  storeTwo(a0, a1, a2, a3, 0, to, bytes);
  storeTwo(a0, a1, a2, a3, 1, to + (bytes << 1), bytes);
  storeTwo(b0, b1, b2, b3, 0, to + (bytes << 2), bytes);
  storeTwo(b0, b1, b2, b3, 1, to + bytes * 6, bytes);
}

function interleaveLow(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

function interleaveHigh(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Two features of eight rows, of which each vector holds four features of two rows. */
function storeTwo(a: v128, b: v128, c: v128, d: v128, high: i32, to: usize, bytes: usize): void {
  const ab = high == 0 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd = high == 0 ? v128.shuffle<i32>(c, d, 0, 4, 1, 5) : v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + bytes, v128.shuffle<i64>(ab, cd, 1, 3));
}

/** Entries hold places in the block from now on. */
function renumber(g: Growth): void {
  const first = firstEntry(g);
  for (let i = 0; i < g.count; i++) {
    const entry = first + ((<usize>i) << entryShift(g));
    store<u32>(entry, g.kind == COUNTS ? (load<u32>(entry) & ~ROW_MASK) | i : i);
  }
}
