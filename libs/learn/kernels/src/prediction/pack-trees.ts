import type { Arena } from './arena.js';
import type { BatchTrees } from './batch-scorer.js';
import type { PredictionKernels } from './kernels.js';

/**
 * Trees as flat arrays: node i has the children left[i] and left[i] + 1, which lie after it; feature[i] is -1 at a leaf. A row
 * goes left when its value is <= threshold[i]; missing values go right when flag[i] is 0, left when it is 1. When it is 2 the
 * node is categorical: the row goes left when the bin of its category is in set number threshold[i].
 */
export interface TreeArrays {
  /** Scores of a row; tree t adds to score t % outputs. With `vectors` every tree adds to all of them. */
  readonly outputs: number;
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly flag: Uint8Array;
  /** What a leaf adds; with `vectors`, the number of its vector. */
  readonly value: Float32Array | Uint32Array;
  /** `n x outputs`. */
  readonly vectors?: Float32Array;
  /** 256 bits (8 words) a set. */
  readonly sets: Uint32Array;
  /** The bin of category c of column j is categoryBins[categoryStart[j] + c]; a category not there was never seen. */
  readonly categoryStart: Int32Array;
  readonly categoryBins: Int16Array;
}

const CATEGORICAL = 2;
const MISSING_LEFT = 1;
const NODE_BYTES = 16;
const TREE_BYTES = 16;
/** Records after the last that one-row walks may read. */
const SPARE_TREES = 7;
const CATEGORICAL_BYTES = 12;
/** Nodes a tree up to which many of them fit into the cache at once. */
const SHALLOW_NODES = 4096;

/** Where a forest lies in an arena as trees to walk through. Slot s of a gathered row is the s-th of the columns (u32 each). */
export interface PackedTrees extends BatchTrees {
  readonly kernel: 'walkBlock';
  readonly mixed: boolean;
  /** The slots whose codes become bins, with the address of their table and its length. */
  readonly categoricalSlots: readonly CategoricalSlot[];
}

interface CategoricalSlot {
  readonly slot: number;
  readonly table: number;
  readonly codes: number;
}

/** Copies a forest into the arena, in one piece. Throws RangeError when the arena is full. */
export function packTrees(arena: Arena<PredictionKernels>, forest: TreeArrays, cols: number): PackedTrees {
  const { roots, feature, flag, sets, categoryBins, vectors } = forest;
  const slotOf = new Int32Array(cols).fill(-1);
  const isCategorical = new Uint8Array(cols);
  for (let i = 0; i < feature.length; i++) {
    const column = feature[i]!;
    if (column < 0) continue;
    slotOf[column] = 0;
    if (flag[i] === CATEGORICAL) isCategorical[column] = 1;
  }
  const used: number[] = [];
  for (let column = 0; column < cols; column++) if (slotOf[column] === 0) slotOf[column] = used.push(column) - 1;

  const categoricalCount = used.filter((column) => isCategorical[column] === 1).length;
  const bytesOf = [
    feature.length * NODE_BYTES,
    (roots.length + SPARE_TREES) * TREE_BYTES,
    used.length * 4,
    sets.byteLength,
    categoryBins.byteLength,
    categoricalCount * CATEGORICAL_BYTES,
    vectors?.byteLength ?? 0,
  ];
  const piece = arena.take(bytesOf.reduce((sum, bytes) => sum + roundUp(bytes), 0));
  let top = piece;
  const [nodes, records, columns, setsAt, bins, categorical, vectorsAt] = bytesOf.map((bytes) => {
    const address = top;
    top += roundUp(bytes);
    return address;
  }) as [number, number, number, number, number, number, number];

  arena.words.set(used, columns >>> 2);
  arena.words.set(sets, setsAt >>> 2);
  arena.shorts.set(categoryBins, bins >>> 1);
  if (vectors) arena.floats.set(vectors, vectorsAt >>> 2);
  writeNodes(arena, forest, nodes, setsAt, slotOf);
  const mixed = writeTrees(arena, forest, nodes, records);
  const categoricalSlots = used.flatMap((column, slot): CategoricalSlot[] => {
    if (isCategorical[column] === 0) return [];
    const start = forest.categoryStart[column]!;
    return [{ slot, table: bins + start * 2, codes: forest.categoryStart[column + 1]! - start }];
  });
  categoricalSlots.forEach(({ slot, table, codes }, i) => {
    arena.words.set([slot, table, codes], (categorical >>> 2) + i * 3);
  });
  return {
    ...{ kernel: 'walkBlock', piece, records, columns, columnCount: used.length, width: 0, mixed, categoricalSlots },
    ...{ vectors: vectors ? vectorsAt : 0, categorical, categoricalCount: categoricalSlots.length },
    isDeep: feature.length > roots.length * SHALLOW_NODES,
  };
}

const roundUp = (bytes: number): number => Math.ceil(bytes / 64) * 64;

function writeNodes(
  { floats, words }: Arena<PredictionKernels>,
  { feature, threshold, left, flag, value, vectors }: TreeArrays,
  ...[nodes, sets, slotOf]: [nodes: number, sets: number, slotOf: Int32Array]
): void {
  for (let i = 0, at = nodes >>> 2; i < feature.length; i++, at += 4) {
    const column = feature[i]!;
    if (column < 0) {
      floats[at] = Number.NaN;
      words[at + 1] = nodes + i * NODE_BYTES;
      words[at + 2] = 0;
      if (vectors) words[at + 3] = value[i]!;
      else floats[at + 3] = value[i]!;
      continue;
    }
    const categorical = flag[i] === CATEGORICAL;
    if (categorical) words[at] = sets + threshold[i]! * 32;
    else floats[at] = threshold[i]!;
    words[at + 1] = nodes + (left[i]! + 1) * NODE_BYTES + (categorical ? 1 : 0);
    words[at + 2] = slotOf[column]! * 64 + (flag[i] === MISSING_LEFT ? 32 : 0);
    words[at + 3] = 0;
  }
}

/** Returns whether any tree has categorical nodes. */
function writeTrees(
  { words }: Arena<PredictionKernels>,
  { roots, feature, left, flag, outputs, vectors }: TreeArrays,
  ...[nodes, trees]: [nodes: number, trees: number]
): boolean {
  const depth = new Int32Array(feature.length);
  let anyMixed = false;
  for (let t = 0; t < roots.length + SPARE_TREES; t++) {
    const at = (trees >>> 2) + t * 4;
    const tree = Math.min(t, roots.length - 1);
    const end = roots[tree + 1] ?? feature.length;
    let shallowest = Number.POSITIVE_INFINITY;
    let mixed = 0;
    for (let i = roots[tree]!; i < end; i++) {
      if (feature[i]! < 0) {
        shallowest = Math.min(shallowest, depth[i]!);
        continue;
      }
      depth[left[i]!] = depth[left[i]! + 1] = depth[i]! + 1;
      if (flag[i] === CATEGORICAL) mixed = 1;
    }
    words[at] = nodes + (roots[tree] ?? 0) * NODE_BYTES;
    words[at + 1] = shallowest;
    words[at + 2] = mixed;
    words[at + 3] = vectors ? 0 : (tree % outputs) * 8;
    anyMixed ||= mixed === 1;
  }
  return anyMixed;
}
