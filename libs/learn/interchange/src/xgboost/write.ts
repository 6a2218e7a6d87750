import type { ModelArtifact } from '@trainyard/models';
import { readTreeModel } from '../trees/artifact.js';
import { float32Text } from '../trees/float32.js';
import { foldInit, hasLogLink, type Tree, type TreeModel } from '../trees/tree.js';
import { jsonText } from './json-text.js';
import { objectiveOf } from './objective.js';
import { writeTree } from './write-tree.js';

/** Losses whose initial score is written as base_score, by the prediction it stands for. Those of classes go into leaves. */
function baseScore({ loss, init }: TreeModel): number | undefined {
  if (loss.name === 'logistic' || loss.name === 'softmax') return undefined;
  return hasLogLink(loss) ? Math.exp(init[0]!) : init[0]!;
}

/**
 * An artifact of `xgboost` or `lightgbm` as XGBoost's JSON (`Learner::SaveModel`; read by XGBoost 2.1 and later, as
 * `model.json`). Categorical columns have the type `c`: hand XGBoost their codes with `enable_categorical`.
 *
 * @throws LearnError OPTION_UNSUPPORTED for an artifact of another model
 */
export function toXGBoostJson(artifact: ModelArtifact): string {
  const model = readTreeModel(artifact);
  const base = baseScore(model);
  const { trees } = base === undefined ? foldInit(model) : model;
  const outputs = model.init.length;
  const columns = model.names.length;
  const rounds = trees.length / outputs;
  return jsonText({
    learner: {
      attributes: {},
      feature_names: featureNames(model.names),
      feature_types: featureTypes(trees, columns),
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: String(trees.length) },
          iteration_indptr: Int32Array.from({ length: rounds + 1 }, (_, i) => i * outputs),
          tree_info: Int32Array.from(trees, (_, t) => t % outputs),
          trees: trees.map((tree, t) => writeTree(tree, t, columns)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: base === undefined ? '5E-1' : float32Text(base),
        boost_from_average: '1',
        num_class: model.task === 'multiclass' ? String(outputs) : '0',
        num_feature: String(columns),
        num_target: '1',
      },
      objective: objectiveOf(model.loss, outputs),
    },
    version: [2, 1, 0],
  });
}

/** XGBoost refuses `[`, `]` and `<` in names. */
function featureNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[[\]<]/g, '_');
    let unique = plain;
    for (let n = 1; taken.has(unique); n++) unique = `${plain}_${n}`;
    taken.add(unique);
    return unique;
  });
}

function featureTypes(trees: readonly Tree[], columns: number): string[] {
  const types = new Array<string>(columns).fill('float');
  const walk = (tree: Tree): void => {
    if (tree.kind === 'leaf') return;
    if (tree.kind === 'category') types[tree.column] = 'c';
    walk(tree.left);
    walk(tree.right);
  };
  trees.forEach(walk);
  return types;
}
