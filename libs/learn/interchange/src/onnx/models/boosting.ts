import { readTreeModel } from '../../trees/artifact.js';
import { hasLogLink } from '../../trees/tree.js';
import type { OnnxExporter } from './exporter.js';
import { fromLogOdds, fromScores } from './scores.js';
import { treeEnsemble } from './tree-ensemble.js';

/** `trainyard.trees` and `trainyard.oblivious`: xgboost, lightgbm and catboost. */
export const boosting: OnnxExporter = (artifact, x, { graph }) => {
  const { loss, init, trees } = readTreeModel(artifact);
  const scores = treeEnsemble(graph, x, trees, init);
  if (loss.name === 'logistic') return fromLogOdds(graph, scores);
  if (loss.name === 'softmax') return fromScores(graph, scores);
  return { value: hasLogLink(loss) ? graph.node('Exp', [scores]) : scores };
};
