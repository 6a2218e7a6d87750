import { readTreeModel } from '../../trees/artifact.js';
import type { OnnxExporter } from './exporter.js';
import { fromLogOdds, fromScores } from './scores.js';
import { treeEnsemble } from './tree-ensemble.js';

/** `trainyard.trees`: xgboost and lightgbm. */
export const boosting: OnnxExporter = (artifact, x, { graph }) => {
  const { loss, init, trees } = readTreeModel(artifact);
  const scores = treeEnsemble(graph, x, trees, init);
  if (loss.name === 'logistic') return fromLogOdds(graph, scores);
  if (loss.name === 'softmax') return fromScores(graph, scores);
  const isLog = loss.name === 'poisson' || loss.name === 'gamma' || loss.name === 'tweedie';
  return { value: isLog ? graph.node('Exp', [scores]) : scores };
};
