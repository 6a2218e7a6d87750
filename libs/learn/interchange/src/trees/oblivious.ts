import type { Task } from '@trainyard/data';
import { arrayOf, expectFormat, type ModelArtifact } from '@trainyard/models';
import type { Loss, Tree, TreeModel } from './tree.js';

/** The artifact of `catboost`: trees with one split a level. */
export const OBLIVIOUS_FORMAT = 'trainyard.oblivious';

/** Feature kinds of models/src/boosting/catboost/oblivious-trees.ts. */
const KIND = { numericHigh: 1, oneHot: 2 } as const;

/** Which losses of CatBoost predict exp(score). */
const LOG_LOSSES = ['Poisson', 'Tweedie'];

/** A catboost artifact as plain trees: one a round and output, equal in all but the leaves. Throws ARTIFACT_INVALID. */
export function readObliviousModel(artifact: ModelArtifact): TreeModel {
  expectFormat(artifact, OBLIVIOUS_FORMAT, 1);
  const { task, names, classes, params } = artifact.manifest as {
    task: Task;
    names: readonly string[];
    classes: readonly string[];
    params: { loss_function: string | null };
  };
  const init = [...arrayOf(artifact, 'init', Float64Array)];
  const reader = new ObliviousReader(artifact, init.length);
  const trees: Tree[] = [];
  for (let round = 0; round < reader.rounds; round++) {
    for (let output = 0; output < init.length; output++) trees.push(reader.tree(round, output));
  }
  return { model: 'lightgbm', task, loss: lossOf(task, params.loss_function), names, classes, init, trees };
}

function lossOf(task: Task, name: string | null): Loss {
  if (task === 'binary') return { name: 'logistic' };
  if (task === 'multiclass') return { name: 'softmax' };
  return { name: LOG_LOSSES.includes(name ?? '') ? 'poisson' : 'squared' };
}

class ObliviousReader {
  private readonly depth: Int32Array;
  private readonly splitFeature: Int32Array;
  private readonly splitBin: Uint8Array;
  private readonly leafValue: Float32Array;
  private readonly leafWeight: Float32Array;
  private readonly column: Int32Array;
  private readonly kind: Uint8Array;
  private readonly cutStart: Int32Array;
  private readonly cuts: Float32Array;
  private readonly tableStart: Int32Array;
  private readonly table: Uint8Array;
  private readonly firstSplit: number[] = [];
  private readonly firstLeaf: number[] = [];

  constructor(
    artifact: ModelArtifact,
    private readonly outputs: number,
  ) {
    this.depth = arrayOf(artifact, 'depth', Int32Array);
    this.splitFeature = arrayOf(artifact, 'splitFeature', Int32Array);
    this.splitBin = arrayOf(artifact, 'splitBin', Uint8Array);
    this.leafValue = arrayOf(artifact, 'leafValue', Float32Array);
    this.leafWeight = arrayOf(artifact, 'leafWeight', Float32Array);
    this.column = arrayOf(artifact, 'column', Int32Array);
    this.kind = arrayOf(artifact, 'kind', Uint8Array);
    this.cutStart = arrayOf(artifact, 'cutStart', Int32Array);
    this.cuts = arrayOf(artifact, 'cuts', Float32Array);
    this.tableStart = arrayOf(artifact, 'tableStart', Int32Array);
    this.table = arrayOf(artifact, 'table', Uint8Array);
    let [split, leaf] = [0, 0];
    for (const levels of this.depth) {
      this.firstSplit.push(split);
      this.firstLeaf.push(leaf);
      split += levels;
      leaf += 2 ** levels;
    }
  }

  get rounds(): number {
    return this.depth.length;
  }

  tree(round: number, output: number): Tree {
    return this.level(round, output, 0, 0);
  }

  /** The rest of a tree below its first `level` levels, whose answers are the bits of `leaf`. */
  private level(round: number, output: number, level: number, leaf: number): Tree {
    if (level === this.depth[round]!) {
      const at = this.firstLeaf[round]! + leaf;
      return { kind: 'leaf', value: this.leafValue[at * this.outputs + output]!, cover: this.leafWeight[at]! };
    }
    const no = this.level(round, output, level + 1, leaf);
    const yes = this.level(round, output, level + 1, leaf | (1 << level));
    return this.split(this.firstSplit[round]! + level, no, yes);
  }

  private split(at: number, no: Tree, yes: Tree): Tree {
    const f = this.splitFeature[at]!;
    const bin = this.splitBin[at]!;
    const kind = this.kind[f]!;
    const shared = { column: this.column[f]!, gain: 0, cover: no.cover + yes.cover };
    if (kind < KIND.oneHot) {
      const threshold = bin === 0 ? Number.NEGATIVE_INFINITY : this.cuts[this.cutStart[f]! + bin - 1]!;
      return { kind: 'numeric', ...shared, threshold, missingLeft: kind !== KIND.numericHigh, left: no, right: yes };
    }
    // Entry 0 is the missing value's, entry 1 that of categories not seen: those go right with all that answer alike.
    const [missing, unseen, ...codes] = Array.from(
      this.table.subarray(this.tableStart[f], this.tableStart[f + 1]),
      (own) => (kind === KIND.oneHot ? own === bin : own > bin),
    ) as [boolean, boolean, ...boolean[]];
    const others = codes.flatMap((answer, code) => (answer === unseen ? [] : [code]));
    const missingLeft = missing !== unseen;
    const [left, right] = unseen ? [no, yes] : [yes, no];
    if (others.length > 0) return { kind: 'category', ...shared, codes: others, missingLeft, left, right };
    return { kind: 'numeric', ...shared, threshold: Number.NEGATIVE_INFINITY, missingLeft, left, right };
  }
}
