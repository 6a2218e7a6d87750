import type { ModelArtifact } from '@trainyard/models';
import { readTreeModel } from '../trees/artifact.js';
import { foldInit, type Tree } from '../trees/tree.js';
import { objectiveText } from './objective.js';
import { finite, treeBlock } from './tree-block.js';

/**
 * An artifact of `lightgbm` or `xgboost` as LightGBM text (version 4: `GBDT::SaveModelToString` and `Tree::ToString`). The
 * initial score is folded into the leaves of the first trees, as LightGBM itself does.
 *
 * Artifacts keep no ranges of features: feature_infos gives the range of a feature's thresholds or its categories, which
 * LightGBM does not use to predict. Characters that LightGBM refuses in names become `_`.
 *
 * @throws LearnError OPTION_UNSUPPORTED for an artifact of another model
 */
export function toLightGBMText(artifact: ModelArtifact): string {
  const model = readTreeModel(artifact);
  const { names, classes, init, loss } = model;
  const { trees } = foldInit(model);
  const blocks = trees.map((tree, t) => treeBlock(tree, t, 1));
  const header = [
    'tree',
    'version=v4',
    `num_class=${init.length}`,
    `num_tree_per_iteration=${init.length}`,
    'label_index=0',
    `max_feature_idx=${names.length - 1}`,
    `objective=${objectiveText(loss, classes.length)}`,
    `feature_names=${featureNames(names).join(' ')}`,
    `feature_infos=${featureInfos(trees, names.length).join(' ')}`,
    `tree_sizes=${blocks.map((block) => Buffer.byteLength(block)).join(' ')}`,
  ];
  const importances = splitCounts(trees, names);
  return `${header.join('\n')}\n\n${blocks.join('')}end of trees\n\nfeature_importances:\n${importances}\nparameters:\nend of parameters\n`;
}

/** Names without the spaces and the JSON signs that LightGBM refuses, each once. */
export function featureNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[\s,:"[\]{}]/gu, '_') || '_';
    let unique = plain;
    for (let n = 1; taken.has(unique); n++) unique = `${plain}_${n}`;
    taken.add(unique);
    return unique;
  });
}

function visitSplits(trees: readonly Tree[], visit: (split: Exclude<Tree, { kind: 'leaf' }>) => void): void {
  const walk = (tree: Tree): void => {
    if (tree.kind === 'leaf') return;
    visit(tree);
    walk(tree.left);
    walk(tree.right);
  };
  trees.forEach(walk);
}

function featureInfos(trees: readonly Tree[], columns: number): string[] {
  const numbers: number[][] = Array.from({ length: columns }, () => []);
  const codes: Set<number>[] = Array.from({ length: columns }, () => new Set());
  visitSplits(trees, (split) => {
    if (split.kind === 'numeric') numbers[split.column]!.push(finite(split.threshold));
    else for (const code of split.codes) codes[split.column]!.add(code);
  });
  return numbers.map((thresholds, j) => {
    if (codes[j]!.size > 0) return [...codes[j]!].sort((a, b) => a - b).join(':');
    if (thresholds.length === 0) return 'none';
    const [low, high] = thresholds.reduce(
      ([a, b], t) => [Math.min(a!, t), Math.max(b!, t)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    return `[${low}:${high}]`;
  });
}

function splitCounts(trees: readonly Tree[], names: readonly string[]): string {
  const counts = new Uint32Array(names.length);
  visitSplits(trees, ({ column }) => counts[column]!++);
  return featureNames(names)
    .map((name, j) => ({ name, count: counts[j]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name}=${count}\n`)
    .join('');
}
