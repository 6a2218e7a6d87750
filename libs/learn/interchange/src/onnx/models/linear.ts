import { arrayOf } from '@trainyard/models';
import type { OnnxExporter } from './exporter.js';
import { fromLogOdds, fromScores, linearScores } from './scores.js';

/** `trainyard.logistic`: log-odds of two classes, or one score a class. */
export const logistic: OnnxExporter = (artifact, x, { graph }) => {
  const classes = (artifact.manifest.classes as readonly string[]).length;
  const outputs = classes === 2 ? 1 : classes;
  const coefficients = arrayOf(artifact, 'coefficients', Float64Array);
  const scores = graph.cast(linearScores(graph, x, coefficients, outputs), 'float');
  return outputs === 1 ? fromLogOdds(graph, scores) : fromScores(graph, scores);
};

/** `trainyard.least-squares`: linear, ridge, lasso, elastic net. */
export const leastSquares: OnnxExporter = (artifact, x, { graph }) => {
  const coefficients = arrayOf(artifact, 'coefficients', Float64Array);
  return { value: graph.cast(linearScores(graph, x, coefficients, 1), 'float') };
};
