import { LearnError } from '@trainyard/data';
import type { TreeArrays } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';

/**
 * Trees with a few bytes a node: a forest grown to full depth has millions. The nodes of a tree lie level by level, so that
 * the children of its i-th split are its nodes 1 + 2i and 2 + 2i and need not be stored; thresholds are stored for splits only,
 * values for leaves only, both in the order of the nodes.
 */
export interface CompactForest {
  /** Numbers a prediction has: classes, or 1 for regression. */
  readonly outputs: number;
  /** First node of each tree. */
  readonly roots: Int32Array;
  /** Column split on; -1 at a leaf. */
  readonly feature: Int16Array | Int32Array;
  /** Of each split: values up to this go left. */
  readonly threshold: Float32Array;
  /** Of each split: 1 when missing values go left. */
  readonly missingLeft: Uint8Array;
  /** Of each leaf: its mean, or the number of its vector of class shares. Vector c of the first `outputs` is all class c. */
  readonly value: Float32Array | Uint32Array | Uint16Array | Uint8Array;
  /** `n x outputs` class shares; empty for regression. */
  readonly vectors: Float32Array;
  /** Of each leaf: weight of the training rows in it. */
  readonly cover: Float32Array;
  /** Of each leaf of a regression: the target of one of its rows; empty when every leaf's rows have one target. */
  readonly sample: Float32Array;
}

const ARRAYS = ['roots', 'feature', 'threshold', 'missingLeft', 'value', 'vectors', 'cover', 'sample'] as const;

export function compactArrays(forest: CompactForest): ModelArtifact['arrays'] {
  return Object.fromEntries(ARRAYS.map((name) => [name, forest[name]]));
}

/** Splits before node `node`, and leaves. */
function countBefore({ feature }: Pick<CompactForest, 'feature'>, node: number): { splits: number; leaves: number } {
  let splits = 0;
  for (let i = 0; i < node; i++) if (feature[i]! >= 0) splits++;
  return { splits, leaves: node - splits };
}

/** The trees one by one. */
export function splitForest(forest: CompactForest): CompactForest[] {
  const { outputs, feature, threshold, missingLeft, value, vectors, cover, sample } = forest;
  const classes = vectors.length > 0 ? outputs : 0;
  let [splits, leaves] = [0, 0];
  return Array.from(forest.roots, (root, t) => {
    const nodes = (forest.roots[t + 1] ?? feature.length) - root;
    const [firstSplit, firstLeaf] = [splits, leaves];
    splits += (nodes - 1) / 2;
    leaves += (nodes + 1) / 2;
    const own = value.slice(firstLeaf, leaves);
    let [lowest, end] = [Number.POSITIVE_INFINITY, classes];
    for (let i = 0; classes > 0 && i < own.length; i++) {
      if (own[i]! < classes) continue;
      lowest = Math.min(lowest, own[i]!);
      end = Math.max(end, own[i]! + 1);
    }
    if (lowest < end) for (let i = 0; i < own.length; i++) if (own[i]! >= classes) own[i]! -= lowest - classes;
    const shares = lowest < end ? vectors.subarray(lowest * outputs, end * outputs) : vectors.subarray(0, 0);
    const all = new Float32Array(classes * classes + shares.length);
    all.set(vectors.subarray(0, classes * classes));
    all.set(shares, classes * classes);
    return {
      outputs,
      roots: Int32Array.of(0),
      feature: feature.slice(root, root + nodes),
      threshold: threshold.slice(firstSplit, splits),
      missingLeft: missingLeft.slice(firstSplit, splits),
      value: own,
      vectors: all,
      cover: cover.slice(firstLeaf, leaves),
      sample: sample.slice(firstLeaf, leaves),
    };
  });
}

/** The trees of several forests, one after the other. */
export function joinForests(forests: readonly CompactForest[], outputs: number): CompactForest {
  const regression = forests.every((forest) => forest.value instanceof Float32Array);
  const total = (name: (typeof ARRAYS)[number]): number =>
    forests.reduce((sum, forest) => sum + forest[name].length, 0);
  const one = regression ? 0 : outputs;
  const vectors = new Float32Array(total('vectors') - Math.max(0, forests.length - 1) * one * one);
  const count = vectors.length / Math.max(1, outputs);
  const Values = regression ? Float32Array : count <= 0x100 ? Uint8Array : count <= 0x10000 ? Uint16Array : Uint32Array;
  const Features = forests.some((forest) => forest.feature instanceof Int32Array) ? Int32Array : Int16Array;
  const joined = {
    outputs,
    roots: new Int32Array(total('roots')),
    feature: new Features(total('feature')),
    threshold: new Float32Array(total('threshold')),
    missingLeft: new Uint8Array(total('missingLeft')),
    value: new Values(total('value')),
    vectors,
    cover: new Float32Array(total('cover')),
    sample: new Float32Array(total('sample') > 0 ? total('value') : 0),
  };
  const at = { roots: 0, feature: 0, threshold: 0, value: 0, vectors: one * one };
  for (let k = 0; k < one; k++) vectors[k * one + k] = 1;
  for (const forest of forests) {
    joined.roots.set(
      forest.roots.map((root) => root + at.feature),
      at.roots,
    );
    joined.feature.set(forest.feature, at.feature);
    joined.threshold.set(forest.threshold, at.threshold);
    joined.missingLeft.set(forest.missingLeft, at.threshold);
    const shift = regression ? 0 : at.vectors / one - one;
    for (let i = 0; i < forest.value.length; i++) {
      const value = forest.value[i]!;
      joined.value[at.value + i] = value < one || regression ? value : value + shift;
    }
    joined.vectors.set(forest.vectors.subarray(one * one), at.vectors);
    joined.cover.set(forest.cover, at.value);
    if (joined.sample.length > 0) joined.sample.set(forest.sample.length > 0 ? forest.sample : forest.value, at.value);
    at.roots += forest.roots.length;
    at.feature += forest.feature.length;
    at.threshold += forest.threshold.length;
    at.value += forest.value.length;
    at.vectors += forest.vectors.length - one * one;
  }
  return joined;
}

/**
 * The forest in the form that predicts. `leaf` chooses what its leaves hold: their mean or class shares, or for regression one
 * row's target each, with an output a tree.
 */
export function expandForest(forest: CompactForest, cols: number, leaf: 'value' | 'sample' = 'value'): TreeArrays {
  const nodes = forest.feature.length;
  const classes = forest.vectors.length > 0;
  const threshold = new Float32Array(nodes);
  const left = new Int32Array(nodes);
  const flag = new Uint8Array(nodes);
  const value = classes ? new Uint32Array(nodes) : new Float32Array(nodes);
  const leaves = leaf === 'sample' && forest.sample.length > 0 ? forest.sample : forest.value;
  let [splits, ends, splitsBefore, tree, root] = [0, 0, 0, 0, 0];
  for (let i = 0; i < nodes; i++) {
    if (forest.roots[tree] === i) {
      splitsBefore = splits;
      root = i;
      tree++;
    }
    if (forest.feature[i]! < 0) {
      value[i] = leaves[ends++]!;
      continue;
    }
    threshold[i] = forest.threshold[splits]!;
    flag[i] = forest.missingLeft[splits]!;
    left[i] = root + 1 + 2 * (splits - splitsBefore);
    splits++;
  }
  return {
    outputs: leaf === 'sample' ? forest.roots.length : forest.outputs,
    roots: forest.roots,
    feature: Int32Array.from(forest.feature),
    ...{ threshold, left, flag, value },
    ...(classes ? { vectors: forest.vectors } : {}),
    sets: new Uint32Array(0),
    categoryStart: new Int32Array(cols + 1),
    categoryBins: new Int16Array(0),
  };
}

/** Reads a forest back. Throws ARTIFACT_INVALID unless every tree is sound: a prediction always ends and stays inside. */
export function readCompactForest(
  artifact: ModelArtifact,
  cols: number,
  outputs: number,
  classes: boolean,
): CompactForest {
  const { arrays } = artifact;
  const feature = arrayOf<Int16Array | Int32Array>(
    artifact,
    'feature',
    arrays.feature instanceof Int32Array ? Int32Array : Int16Array,
  );
  const { splits, leaves } = countBefore({ feature }, feature.length);
  const Values = [Uint8Array, Uint16Array, Uint32Array].find((type) => arrays.value instanceof type) ?? Uint8Array;
  const sampled = arrays.sample?.length === 0 ? 0 : leaves;
  const forest: CompactForest = {
    outputs,
    roots: arrayOf(artifact, 'roots', Int32Array),
    feature,
    threshold: arrayOf(artifact, 'threshold', Float32Array, splits),
    missingLeft: arrayOf(artifact, 'missingLeft', Uint8Array, splits),
    value: classes
      ? arrayOf<Uint8Array | Uint16Array | Uint32Array>(artifact, 'value', Values, leaves)
      : arrayOf(artifact, 'value', Float32Array, leaves),
    vectors: arrayOf(artifact, 'vectors', Float32Array),
    cover: arrayOf(artifact, 'cover', Float32Array, leaves),
    sample: arrayOf(artifact, 'sample', Float32Array, classes ? 0 : sampled),
  };
  if (!isSound(forest, cols, classes)) {
    throw new LearnError('ARTIFACT_INVALID', `The trees of this "${artifact.format}" artifact are damaged.`);
  }
  return forest;
}

function isSound(
  { roots, feature, missingLeft, value, vectors, outputs }: CompactForest,
  cols: number,
  classes: boolean,
): boolean {
  if (roots.length === 0 || roots[0] !== 0) return false;
  for (let t = 0; t < roots.length; t++) {
    const end = roots[t + 1] ?? feature.length;
    let splits = 0;
    for (let i = roots[t]!; i < end; i++) {
      if (feature[i]! < -1 || feature[i]! >= cols) return false;
      // The children come after their parent.
      if (feature[i]! >= 0 && roots[t]! + 1 + 2 * splits++ <= i) return false;
    }
    if (end - roots[t]! !== 2 * splits + 1) return false;
  }
  if (!missingLeft.every((left) => left <= 1)) return false;
  if (!classes) return vectors.length === 0;
  const count = vectors.length / outputs;
  return Number.isInteger(count) && count >= outputs && value.every((vector) => vector < count);
}
