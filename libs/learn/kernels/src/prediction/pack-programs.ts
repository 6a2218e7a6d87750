import type { Arena } from './arena.js';
import type { BatchTrees } from './batch-scorer.js';
import type { PredictionKernels } from './kernels.js';
import type { TreeArrays } from './pack-trees.js';
import { collectSlots, type Slots, slotBytes, writeSlots } from './slots.js';

const TREE_BYTES = 16;
const SPLIT_BYTES = 8;
/** What a split of a swept tree does, as in src/assembly/prediction/sweep.ts. */
const SPLIT = { leaves: 0, splits: 1, leftLeaf: 2, rightLeaf: 3 } as const;
/** Bins are stored less this. */
const BIAS = 128;

/**
 * Copies a forest without categorical nodes and without trees of more than 128 leaves into one piece of an arena, to be swept.
 * Throws RangeError when the arena is full.
 */
export function packPrograms(arena: Arena<PredictionKernels>, forest: TreeArrays): BatchTrees {
  const slots = collectSlots(forest);
  const { feature, roots, vectors } = forest;
  const leaves = (feature.length + roots.length) / 2;
  const sizes = [
    slotBytes(slots),
    roots.length * TREE_BYTES,
    leaves * SPLIT_BYTES,
    leaves * 4,
    vectors?.byteLength ?? 0,
  ];
  const piece = arena.take(sizes.reduce((sum, bytes) => sum + roundUp(bytes), 0));
  let top = piece;
  const [columns, records, programs, values, vectorsAt] = sizes.map((bytes) => {
    const at = top;
    top += roundUp(bytes);
    return at;
  }) as [number, number, number, number, number];
  writeSlots(arena, slots, columns);
  if (vectors) arena.floats.set(vectors, vectorsAt >>> 2);
  writePrograms(arena, forest, slots, { records, programs, values });
  return {
    ...{ kernel: 'sweepBlock', piece, columns, columnCount: slots.slots.length, width: slots.width, records },
    ...{ vectors: vectors ? vectorsAt : 0, categorical: 0, categoricalCount: 0, isDeep: false },
  };
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;

interface Places {
  readonly records: number;
  readonly programs: number;
  readonly values: number;
}

function writePrograms(
  { floats, words }: Arena<PredictionKernels>,
  { roots, feature, left, value, outputs, vectors }: TreeArrays,
  { slotOf, rankOf }: Slots,
  { records, programs, values }: Places,
): void {
  let split = programs >>> 2;
  let leaf = values >>> 2;
  let firstLeaf = leaf;
  const isLeaf = (node: number): boolean => feature[node]! < 0;
  const write = (node: number): void => {
    if (isLeaf(node)) {
      if (vectors) words[leaf++] = value[node]!;
      else floats[leaf++] = value[node]!;
      return;
    }
    const low = left[node]!;
    const high = low + 1;
    write(low);
    const leftLeaves = leaf - firstLeaf;
    write(high);
    // The number of the leaf that the split chooses: its left child, or the first to the right.
    const number = isLeaf(low) ? leftLeaves - 1 : leftLeaves;
    const ofLeaf = isLeaf(high) ? SPLIT.leaves : SPLIT.leftLeaf;
    const ofSplit = isLeaf(high) ? SPLIT.rightLeaf : SPLIT.splits;
    words[split] = (isLeaf(low) ? ofLeaf : ofSplit) | (((rankOf[node]! - BIAS) & 255) << 8) | (number << 16);
    words[split + 1] = slotOf[node]! * 64;
    split += 2;
  };
  roots.forEach((root, t) => {
    const at = (records >>> 2) + t * 4;
    firstLeaf = leaf;
    words[at] = split * 4;
    words[at + 2] = leaf * 4;
    write(root);
    words[at + 1] = split * 4;
    words[at + 3] = vectors ? 0 : t % outputs;
  });
}
