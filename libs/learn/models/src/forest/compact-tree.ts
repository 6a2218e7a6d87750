import type { GrownTree } from '@trainyard/kernels';
import type { CompactForest } from './compact-forest.js';

/** Words of a node as the kernel leaves it. */
const WORD = { feature: 0, left: 1, threshold: 2, missingLeft: 3, gain: 4, cover: 5, value: 6, sample: 7 } as const;
const NODE_WORDS = 8;

/** A grown tree as a forest of one: its nodes in the order of their levels. `classes` is 0 for regression, whose targets were centred by `offset`. */
export function compactTree(
  { words, floats, vectors }: GrownTree,
  cols: number,
  classes: number,
  offset: number,
): CompactForest {
  const nodes = words.length / NODE_WORDS;
  const splits = (nodes - 1) / 2;
  const leaves = nodes - splits;
  const shares = vectors.length / Math.max(1, classes);
  const feature = cols < 0x8000 ? new Int16Array(nodes) : new Int32Array(nodes);
  const threshold = new Float32Array(splits);
  const missingLeft = new Uint8Array(splits);
  const value = classes === 0 ? new Float32Array(leaves) : new Uint32Array(leaves);
  const cover = new Float32Array(leaves);
  const sample = new Float32Array(classes === 0 ? leaves : 0);
  const order = new Int32Array(nodes);
  let [queued, split, leaf] = [1, 0, 0];
  for (let i = 0; i < nodes; i++) {
    const at = order[i]! * NODE_WORDS;
    feature[i] = words[at + WORD.feature]!;
    if (feature[i]! >= 0) {
      threshold[split] = floats[at + WORD.threshold]!;
      missingLeft[split++] = words[at + WORD.missingLeft]!;
      order[queued++] = words[at + WORD.left]!;
      order[queued++] = words[at + WORD.left]! + 1;
      continue;
    }
    cover[leaf] = floats[at + WORD.cover]!;
    const own = words[at + WORD.value]!;
    // Below 0: -1 - the number of the vector. Those of pure leaves come first.
    if (classes > 0) value[leaf] = own >= 0 ? own : classes - 1 - own;
    else {
      value[leaf] = floats[at + WORD.value]! + offset;
      sample[leaf] = floats[at + WORD.sample]! + offset;
    }
    leaf++;
  }
  const all = new Float32Array((classes + shares) * classes);
  for (let k = 0; k < classes; k++) all[k * classes + k] = 1;
  all.set(vectors, classes * classes);
  const pure = sample.every((target, i) => target === value[i]);
  return {
    outputs: Math.max(1, classes),
    roots: Int32Array.of(0),
    ...{ feature, threshold, missingLeft, value, vectors: all, cover },
    sample: pure ? new Float32Array(0) : sample,
  };
}

/** Share of each feature in the tree's decrease of impurity; sums to 1 unless there is none (Breiman et al., 1984, as scikit-learn). */
export function treeImportance({ words, floats }: GrownTree, cols: number): Float64Array {
  const importance = new Float64Array(cols);
  let total = 0;
  for (let at = 0; at < words.length; at += NODE_WORDS) {
    const feature = words[at + WORD.feature]!;
    if (feature < 0) continue;
    const gain = floats[at + WORD.gain]!;
    importance[feature]! += gain;
    total += gain;
  }
  return total > 0 ? importance.map((gain) => gain / total) : importance;
}
