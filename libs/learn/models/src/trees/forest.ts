import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf } from '../artifact-fields.js';

/** A numeric node whose missing values go right, one whose missing values go left, a categorical node. */
export const NODE_FLAG = { missingRight: 0, missingLeft: 1, categorical: 2 } as const;

/**
 * Trees, flattened: node i has the children left[i] and left[i] + 1, which lie after it. A row goes left when its value is
 * <= threshold[i]; at a categorical node, when the bin of its category is in set number threshold[i]. Tree t begins at
 * roots[t] and adds to output t % outputs.
 */
export interface Forest {
  readonly outputs: number;
  /** Scores before the first tree, one an output. */
  readonly init: Float64Array;
  readonly roots: Int32Array;
  /** Column split on; -1 at a leaf. */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly left: Int32Array;
  readonly flag: Uint8Array;
  /** What a leaf adds to the score; 0 elsewhere. */
  readonly value: Float32Array;
  /** Gain of the split; 0 at a leaf. */
  readonly gain: Float32Array;
  /** Sum of the hessians of the training rows that came here. */
  readonly cover: Float32Array;
  /** 256 bits (8 words) a set. */
  readonly sets: Uint32Array;
  /** The bin of category c of column j is categoryBins[categoryStart[j] + c]; a category not there was never seen. */
  readonly categoryStart: Int32Array;
  readonly categoryBins: Int16Array;
}

const ARRAYS = {
  init: Float64Array,
  roots: Int32Array,
  feature: Int32Array,
  threshold: Float32Array,
  left: Int32Array,
  flag: Uint8Array,
  value: Float32Array,
  gain: Float32Array,
  cover: Float32Array,
  sets: Uint32Array,
  categoryStart: Int32Array,
  categoryBins: Int16Array,
} as const;

export function forestArrays(forest: Forest): ModelArtifact['arrays'] {
  return Object.fromEntries(Object.keys(ARRAYS).map((name) => [name, forest[name as keyof typeof ARRAYS]]));
}

/** Reads a forest back. Throws ARTIFACT_INVALID unless every tree is sound: a prediction always ends and stays inside. */
export function readForest(artifact: ModelArtifact, columns: number): Forest {
  const init = arrayOf(artifact, 'init', Float64Array);
  const roots = arrayOf(artifact, 'roots', Int32Array);
  const feature = arrayOf(artifact, 'feature', Int32Array);
  const nodes = feature.length;
  const forest: Forest = {
    outputs: init.length,
    init,
    roots,
    feature,
    threshold: arrayOf(artifact, 'threshold', Float32Array, nodes),
    left: arrayOf(artifact, 'left', Int32Array, nodes),
    flag: arrayOf(artifact, 'flag', Uint8Array, nodes),
    value: arrayOf(artifact, 'value', Float32Array, nodes),
    gain: arrayOf(artifact, 'gain', Float32Array, nodes),
    cover: arrayOf(artifact, 'cover', Float32Array, nodes),
    sets: arrayOf(artifact, 'sets', Uint32Array),
    categoryStart: arrayOf(artifact, 'categoryStart', Int32Array, columns + 1),
    categoryBins: arrayOf(artifact, 'categoryBins', Int16Array),
  };
  checkForest(forest, columns);
  return forest;
}

function checkForest(forest: Forest, columns: number): void {
  const { outputs, roots, feature, threshold, left, flag, sets, categoryStart, categoryBins } = forest;
  const nodes = feature.length;
  let sound = outputs > 0 && roots.length % outputs === 0 && roots.every((root) => root >= 0 && root < nodes);
  sound &&= categoryStart[0] === 0 && categoryStart[columns] === categoryBins.length;
  sound &&= categoryStart.every((start, j) => j === 0 || start >= categoryStart[j - 1]!);
  sound &&= categoryBins.every((bin) => bin < 256);
  for (let i = 0; sound && i < nodes; i++) {
    if (feature[i]! < 0) continue;
    sound = feature[i]! < columns && left[i]! > i && left[i]! + 1 < nodes && flag[i]! <= NODE_FLAG.categorical;
    if (flag[i] === NODE_FLAG.categorical) {
      const set = threshold[i]!;
      sound &&= Number.isInteger(set) && set >= 0 && set * 8 + 8 <= sets.length;
    }
  }
  if (!sound) throw new LearnError('ARTIFACT_INVALID', `The trees of this "trainyard.trees" artifact are damaged.`);
}
