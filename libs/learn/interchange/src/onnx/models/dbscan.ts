import { arrayOf, expectFormat } from '@trainyard/models';
import type { OnnxExporter } from './exporter.js';
import { metricDistances } from './metric-distances.js';

/** `trainyard.dbscan`: the cluster of the nearest core row within eps, else -1. */
export const dbscan: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.dbscan', 1);
  const { params, names } = artifact.manifest as unknown as {
    params: { eps: number; metric?: string; p?: number };
    names: readonly string[];
  };
  const clusters = arrayOf(artifact, 'clusters', Int32Array);
  const core = arrayOf(artifact, 'core', Float32Array);
  // Without core rows every row is noise: one that is infinitely far stands for them.
  const data = clusters.length > 0 ? core : new Float64Array(names.length).fill(Number.MAX_VALUE);
  const points = { data, cols: names.length };
  const distances = metricDistances(graph, graph.cast(x, 'double'), points, params, true);
  const axis = { axis: { int: 1 }, keepdims: { int: 0 } };
  const nearest = graph.node('ArgMin', [distances], axis);
  const least = graph.node('ReduceMin', [distances], { axes: { ints: [1] }, keepdims: { int: 0 } });
  const numbers = graph.ints(clusters.length > 0 ? [...clusters] : [-1], Math.max(1, clusters.length));
  const own = graph.node('Gather', [numbers, nearest]);
  const isNear = graph.node('LessOrEqual', [least, graph.doubles([params.eps])]);
  return { index: graph.node('Where', [isNear, own, graph.ints([-1], 1)]) };
};
