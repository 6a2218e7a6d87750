import { LearnError } from '@trainyard/data';
import type { ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import { boosting } from './boosting.js';
import { dbscan } from './dbscan.js';
import { dummy } from './dummy.js';
import { ensemble } from './ensemble.js';
import type { ModelOutput, OnnxExporter } from './exporter.js';
import { forest } from './forest.js';
import { gaussianMixture } from './gaussian-mixture.js';
import { gaussianProcess } from './gaussian-process.js';
import { kmeans } from './kmeans.js';
import { knn } from './knn.js';
import { leastSquares, logistic } from './linear.js';
import { neural } from './neural.js';
import { sgd } from './sgd.js';
import { svm } from './svm.js';

/** The exporter of each artifact format. */
const EXPORTERS: Readonly<Record<string, OnnxExporter>> = {
  'trainyard.trees': boosting,
  'trainyard.logistic': logistic,
  'trainyard.least-squares': leastSquares,
  'trainyard.dummy': dummy,
  'trainyard.ensemble': ensemble,
  'trainyard.oblivious': boosting,
  'trainyard.forest': forest,
  'trainyard.sgd': sgd,
  'trainyard.kmeans': kmeans,
  'trainyard.gaussian-mixture': gaussianMixture,
  'trainyard.dbscan': dbscan,
  'trainyard.knn': knn,
  'trainyard.gaussian-process': gaussianProcess,
  'trainyard.svm': svm,
  'trainyard.neural': neural,
};

/** Whether a model of this artifact format can be written as ONNX. */
export function hasOnnxExporter(format: string): boolean {
  return Object.hasOwn(EXPORTERS, format);
}

/** Adds the nodes of a model. Throws OPTION_UNSUPPORTED when its format has no exporter. */
export function modelNodes(graph: OnnxGraph, artifact: ModelArtifact, x: Value): ModelOutput {
  if (!hasOnnxExporter(artifact.format)) {
    const words = `Models of the format "${artifact.format}" cannot be written as ONNX; those of ${Object.keys(EXPORTERS).join(', ')} can.`;
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'format' });
  }
  const exportModel = (inner: ModelArtifact, input: Value): ModelOutput => modelNodes(graph, inner, input);
  return EXPORTERS[artifact.format]!(artifact, x, { graph, exportModel });
}
