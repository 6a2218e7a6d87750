import { arrayOf, expectFormat } from '@trainyard/models';
import { squaredDistances } from './distances.js';
import type { OnnxExporter } from './exporter.js';

/** `trainyard.kmeans`: the nearest centre; distances are taken from rows less the training means, as the model does. */
export const kmeans: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.kmeans', 1);
  const means = arrayOf(artifact, 'means', Float64Array);
  const cols = means.length;
  const centres = arrayOf(artifact, 'centres', Float64Array).map((value, at) => value - means[at % cols]!);
  const centred = graph.node('Sub', [graph.cast(x, 'double'), graph.doubles(means, 1, cols)]);
  const distances = squaredDistances(graph, centred, { data: centres, cols });
  return { index: graph.node('ArgMin', [distances], { axis: { int: 1 }, keepdims: { int: 0 } }) };
};
