import type { Arena } from './arena.js';
import type { PredictionKernels } from './kernels.js';
import type { TreeArrays } from './pack-trees.js';

const MOST_THRESHOLDS = 255;
const RECORD_BYTES = 16;
const MISSING_LEFT = 1;
/** What a missing value is, as in src/assembly/prediction/bin.ts. */
const MISSING = { belowAll: 0, aboveAll: 1, both: 2 } as const;

/** A column of the rows as some nodes see it: up to 255 of their thresholds. */
interface Slot {
  readonly column: number;
  readonly thresholds: Float32Array;
  readonly missing: (typeof MISSING)[keyof typeof MISSING];
}

/** How rows are binned for the trees of a forest without categorical nodes. */
export interface Slots {
  readonly slots: readonly Slot[];
  /** Slots among the bins of a row: one whose missing values go both ways takes two. */
  readonly width: number;
  /** Of each node, the number of its slot among the bins and of its threshold in there; nothing at leaves. */
  readonly slotOf: Uint32Array;
  readonly rankOf: Uint8Array;
}

/** Collects the distinct thresholds of each column. */
export function collectSlots({ feature, threshold, flag }: TreeArrays): Slots {
  const slots: Slot[] = [];
  const slotOf = new Uint32Array(feature.length);
  const rankOf = new Uint8Array(feature.length);
  let width = 0;
  for (const [column, nodes] of nodesByColumn(feature)) {
    const thresholds = distinct(nodes, threshold);
    const parts = Array.from({ length: Math.ceil(thresholds.length / MOST_THRESHOLDS) }, (_, i) => {
      return {
        left: false,
        right: false,
        thresholds: thresholds.slice(i * MOST_THRESHOLDS, (i + 1) * MOST_THRESHOLDS),
      };
    });
    for (const node of nodes) {
      const rank = rankIn(thresholds, threshold[node]!);
      const part = Math.floor(rank / MOST_THRESHOLDS);
      slotOf[node] = part;
      rankOf[node] = rank % MOST_THRESHOLDS;
      if (flag[node] === MISSING_LEFT) parts[part]!.left = true;
      else parts[part]!.right = true;
    }
    const firsts = parts.map(({ left, right, thresholds: own }) => {
      const missing = left && right ? MISSING.both : right ? MISSING.aboveAll : MISSING.belowAll;
      slots.push({ column, thresholds: own, missing });
      width += missing === MISSING.both ? 2 : 1;
      return missing === MISSING.both ? { left: width - 2, right: width - 1 } : { left: width - 1, right: width - 1 };
    });
    for (const node of nodes) {
      const { left, right } = firsts[slotOf[node]!]!;
      slotOf[node] = flag[node] === MISSING_LEFT ? left : right;
    }
  }
  return { slots, width, slotOf, rankOf };
}

/** The nodes that split on each column, by column. */
function nodesByColumn(feature: Int32Array): Map<number, Int32Array> {
  const counts: number[] = [];
  for (const column of feature) if (column >= 0) counts[column] = (counts[column] ?? 0) + 1;
  const nodesOf = new Map<number, Int32Array>();
  for (const [column, count] of counts.entries()) if (count > 0) nodesOf.set(column, new Int32Array(count));
  for (let i = feature.length - 1; i >= 0; i--) {
    const column = feature[i]!;
    if (column >= 0) nodesOf.get(column)![--counts[column]!] = i;
  }
  return nodesOf;
}

/** The distinct thresholds of some nodes, ascending; -0 and 0 are one. */
function distinct(nodes: Int32Array, threshold: Float32Array): Float32Array {
  const sorted = Float32Array.from(nodes, (node) => threshold[node]!).sort();
  let n = 0;
  for (const value of sorted) if (n === 0 || value > sorted[n - 1]!) sorted[n++] = value;
  return sorted.slice(0, n);
}

/** The index of a value among ascending ones. */
function rankIn(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bytes that the slots' records and thresholds take. */
export function slotBytes({ slots }: Slots): number {
  return slots.reduce((sum, slot) => sum + RECORD_BYTES + paddedLength(slot) * 4, 0);
}

/** Writes the slots' records to `at`, and their thresholds behind them. */
export function writeSlots({ floats, words }: Arena<PredictionKernels>, { slots }: Slots, at: number): void {
  let thresholds = at + slots.length * RECORD_BYTES;
  slots.forEach((slot, i) => {
    const length = paddedLength(slot);
    const record = (at >>> 2) + i * 4;
    words[record] = slot.column * 4;
    words[record + 1] = thresholds;
    words[record + 2] = length * 2;
    words[record + 3] = slot.missing;
    floats.fill(Number.POSITIVE_INFINITY, thresholds >>> 2, (thresholds >>> 2) + length);
    floats.set(slot.thresholds, thresholds >>> 2);
    thresholds += length * 4;
  });
}

/** The power of two above the number of thresholds. */
function paddedLength({ thresholds }: Slot): number {
  return 2 ** (32 - Math.clz32(thresholds.length));
}
