import { LearnError } from '@trainyard/data';
import { findModel, type ModelArtifact, readTrees, resolveParameters, writeTrees } from '@trainyard/models';
import { treesOf } from './from-forest.js';
import { lossOf, parametersOf } from './loss-parameters.js';
import { OBLIVIOUS_FORMAT, readObliviousModel } from './oblivious.js';
import { forestOf } from './to-forest.js';
import { hasLogLink, type TreeModel } from './tree.js';

const FORMAT = 'trainyard.trees';

/**
 * The boosted trees of an artifact of `xgboost`, `lightgbm` or `catboost`. Throws OPTION_UNSUPPORTED for another model's artifact,
 * ARTIFACT_INVALID for a damaged one.
 */
export function readTreeModel(artifact: ModelArtifact): TreeModel {
  if (artifact.format === OBLIVIOUS_FORMAT) return readObliviousModel(artifact);
  const { model } = artifact.manifest;
  if (artifact.format !== FORMAT || (model !== 'xgboost' && model !== 'lightgbm')) {
    const words = `Only models of xgboost, lightgbm and catboost can be written so; this one is a "${artifact.format}" artifact. Export it as ONNX.`;
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'format' });
  }
  const saved = readTrees(artifact);
  const { task, names, classes, forest } = saved;
  return { model, task, loss: lossOf(saved), names, classes, init: [...forest.init], trees: treesOf(forest) };
}

/** An artifact that the model's definition loads. Throws OPTION_UNSUPPORTED when our trees cannot say what these do. */
export function writeTreeModel({ model, task, loss, names, classes, init, trees }: TreeModel): ModelArtifact {
  const rounds = Math.max(1, trees.length / init.length);
  const params = resolveParameters(findModel(model), { n_estimators: rounds, ...parametersOf(model, loss) });
  const link =
    task === 'binary' ? 'logistic' : task === 'multiclass' ? 'softmax' : hasLogLink(loss) ? 'log' : 'identity';
  const forest = forestOf(trees, init, names.length);
  return writeTrees({ model, params, task, names, classes, objective: loss.name, link, forest });
}
