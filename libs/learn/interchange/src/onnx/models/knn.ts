import { arrayOf, expectFormat, type ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import type { OnnxExporter } from './exporter.js';
import { metricDistances } from './metric-distances.js';

interface KnnManifest {
  readonly params: { n_neighbors: number; weights: 'uniform' | 'distance'; metric: string; p: number };
  readonly names: readonly string[];
  readonly classes?: readonly string[];
}

/** `trainyard.knn`: the distances to all training rows, which the graph holds, and the votes of the nearest. */
export const knn: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.knn', 1);
  const { params, classes } = artifact.manifest as unknown as KnnManifest;
  const y = arrayOf(artifact, 'y', Float64Array);
  const count = graph.ints([Math.min(params.n_neighbors, y.length)], 1);
  const order = { largest: { int: 0 }, axis: { int: 1 } };
  const [near, rows] = graph.nodeWith(2, 'TopK', [distancesTo(graph, x, artifact), count], order) as [Value, Value];
  const votes = votesOf(graph, near, rows, artifact);
  const k = classes?.length ?? 1;
  const says = new Float64Array(y.length * k);
  y.forEach((value, row) => {
    if (classes) says[row * k + value] = 1;
    else says[row] = value;
  });
  const said = graph.node('Gather', [graph.doubles(says, y.length, k), rows], { axis: { int: 0 } });
  const weighted = graph.node('Mul', [said, graph.node('Unsqueeze', [votes, graph.ints([2], 1)])]);
  const one = graph.ints([1], 1);
  const sums = graph.node('ReduceSum', [weighted, one], { keepdims: { int: 0 } });
  const total = graph.node('ReduceSum', [votes, one], { keepdims: { int: 1 } });
  const mean = graph.cast(graph.node('Div', [sums, total]), 'float');
  return classes ? { probabilities: mean } : { value: mean };
};

function distancesTo(graph: OnnxGraph, x: Value, artifact: ModelArtifact): Value {
  const { params, names } = artifact.manifest as unknown as KnnManifest;
  const points = { data: arrayOf(artifact, 'x', Float32Array), cols: names.length };
  // Votes by distance depend on small distances, which products of large values do not give.
  return metricDistances(graph, graph.cast(x, 'double'), points, params, params.weights === 'distance');
}

/** The weights of the neighbours' votes, double `N x n`. */
function votesOf(graph: OnnxGraph, distances: Value, rows: Value, artifact: ModelArtifact): Value {
  const { params } = artifact.manifest as unknown as KnnManifest;
  const zero = graph.cast(graph.node('Equal', [distances, graph.doubles([0])]), 'double');
  let votes = graph.node('Add', [graph.node('Mul', [distances, graph.doubles([0])]), graph.doubles([1])]);
  if (params.weights === 'distance') {
    const touches = graph.node('ReduceMax', [zero], { axes: { ints: [1] }, keepdims: { int: 1 } });
    const inverse = graph.node('Div', [graph.doubles([1]), graph.node('Add', [distances, zero])]);
    votes = graph.node('Where', [graph.cast(touches, 'bool'), zero, inverse]);
  }
  const { weight } = artifact.arrays;
  if (weight === undefined) return votes;
  const own = graph.node('Gather', [graph.doubles(weight as Float64Array, weight.length), rows]);
  return graph.node('Mul', [votes, own]);
}
