import { LearnError, type Task } from '@trainyard/data';
import { findModel, forestArrays, type ModelArtifact, readForest, resolveParameters } from '@trainyard/models';
import { treesOf } from './from-forest.js';
import { forestOf } from './to-forest.js';
import type { TreeModel } from './tree.js';

const FORMAT = 'trainyard.trees';

interface Manifest {
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly task: Task;
  readonly names: readonly string[];
  readonly classes: readonly string[];
}

/**
 * The boosted trees of an artifact of `xgboost` or `lightgbm`. Throws OPTION_UNSUPPORTED for another model's artifact,
 * ARTIFACT_INVALID for a damaged one.
 */
export function readTreeModel(artifact: ModelArtifact): TreeModel {
  const { model, task, names, classes } = artifact.manifest as unknown as Manifest;
  if (artifact.format !== FORMAT || (model !== 'xgboost' && model !== 'lightgbm')) {
    const words = `Only models of xgboost and lightgbm can be written so; this one is a "${artifact.format}" artifact. Export it as ONNX.`;
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'format' });
  }
  const forest = readForest(artifact, names.length);
  const loss = { name: task === 'regression' ? 'squared' : task === 'binary' ? 'logistic' : 'softmax' } as const;
  return { model, task, loss, names, classes, init: [...forest.init], trees: treesOf(forest) };
}

/** An artifact that the model's definition loads. Throws OPTION_UNSUPPORTED when our trees cannot say what these do. */
export function writeTreeModel({ model, task, names, classes, init, trees }: TreeModel): ModelArtifact {
  const definition = findModel(model);
  const params = resolveParameters(definition, { n_estimators: Math.max(1, trees.length / init.length) });
  const forest = forestOf(trees, init, names.length);
  const manifest = { model, params, task, names, classes };
  return { format: FORMAT, version: 1, manifest, arrays: forestArrays(forest) };
}
