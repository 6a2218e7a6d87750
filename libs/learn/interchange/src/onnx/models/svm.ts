import { arrayOf, expectFormat, type ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import { squaredDistances } from './distances.js';
import type { ModelOutput, OnnxExporter } from './exporter.js';
import { couplePairs } from './pairwise-coupling.js';

interface KernelFunction {
  readonly kind: 'linear' | 'rbf' | 'poly' | 'sigmoid';
  readonly gamma: number;
  readonly coef0: number;
  readonly degree: number;
}

/** `trainyard.svm`: the kernel of every row with every support vector, the decisions of all pairs of classes, and their sum-up. */
export const svm: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.svm', 1);
  const { classes, params } = artifact.manifest as { classes?: readonly string[]; params: { break_ties: boolean } };
  const present = [...arrayOf(artifact, 'present', Int32Array)];
  const k = present.length;
  if (classes && k === 1) return alwaysOne(graph, x, present[0]!, classes.length);
  const decisions = decisionsOf(graph, x, artifact, k);
  if (!classes) return { value: graph.cast(decisions, 'float') };
  const sigmoids = artifact.arrays.sigmoids as Float64Array | undefined;
  const shares =
    k === 2
      ? twoClasses(graph, decisions, sigmoids)
      : sigmoids
        ? calibrated(graph, decisions, sigmoids, k)
        : byVotes(graph, decisions, k, params.break_ties);
  return { probabilities: graph.cast(spread(graph, shares, present, classes.length), 'float') };
};

function alwaysOne(graph: OnnxGraph, x: Value, index: number, classes: number): ModelOutput {
  const zero = graph.node('Mul', [graph.columns(x, [0]), graph.floats([0])]);
  const answer = Array.from({ length: classes }, (_, c) => Number(c === index));
  return { probabilities: graph.node('Add', [zero, graph.floats(answer, 1, classes)]) };
}

/** The pairs 0-1, 0-2, ..., 1-2, ... of k classes. */
function pairsOf(k: number): [number, number][] {
  return Array.from({ length: k }, (_, a) =>
    Array.from({ length: k - a - 1 }, (_, b): [number, number] => [a, a + b + 1]),
  ).flat();
}

/** Double `N x pairs`; above 0 is for the first class of the pair. Regression has one. */
function decisionsOf(graph: OnnxGraph, x: Value, artifact: ModelArtifact, k: number): Value {
  const counts = arrayOf(artifact, 'counts', Int32Array);
  const intercepts = arrayOf(artifact, 'intercepts', Float64Array);
  const coefficients = arrayOf(artifact, 'coefficients', Float64Array);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pairs = artifact.manifest.classes ? pairsOf(k) : [[0, 0] as [number, number]];
  const weights = new Float64Array(Math.max(1, total) * pairs.length);
  const starts = [0];
  for (const count of counts) starts.push(starts.at(-1)! + count);
  pairs.forEach(([a, b], p) => {
    // The vectors of a have their coefficients in plane b - 1, those of b in plane a.
    for (const [group, plane] of a === b
      ? [[0, 0]]
      : [
          [a, b - 1],
          [b, a],
        ]) {
      for (let v = starts[group!]!; v < starts[group! + 1]!; v++) {
        weights[v * pairs.length + p] = coefficients[plane! * total + v]!;
      }
    }
  });
  const constants = graph.doubles(intercepts, 1, pairs.length);
  if (total === 0)
    return graph.node('Add', [
      graph.cast(graph.node('Mul', [graph.columns(x, [0]), graph.floats([0])]), 'double'),
      constants,
    ]);
  const sums = graph.node('MatMul', [
    kernelValues(graph, x, artifact, total),
    graph.doubles(weights, total, pairs.length),
  ]);
  return graph.node('Add', [sums, constants]);
}

/** Double `N x vectors`. */
function kernelValues(graph: OnnxGraph, x: Value, artifact: ModelArtifact, total: number): Value {
  const { kind, gamma, coef0, degree } = artifact.manifest.kernel as KernelFunction;
  const centre = arrayOf(artifact, 'centre', Float64Array);
  const vectors = arrayOf(artifact, 'vectors', Float32Array);
  const cols = centre.length;
  const centred = graph.node('Sub', [graph.cast(x, 'double'), graph.doubles(centre, 1, cols)]);
  // The model rounds centred rows to float32.
  const rows = graph.cast(graph.cast(centred, 'float'), 'double');
  if (kind === 'rbf') {
    const distances = squaredDistances(graph, rows, { data: vectors, cols });
    return graph.node('Exp', [graph.node('Mul', [distances, graph.doubles([-gamma])])]);
  }
  const transposed = Float64Array.from(vectors, (_, at) => vectors[(at % total) * cols + Math.floor(at / total)]!);
  const products = graph.node('MatMul', [rows, graph.doubles(transposed, cols, total)]);
  if (kind === 'linear') return products;
  const line = graph.node('Add', [graph.node('Mul', [products, graph.doubles([gamma])]), graph.doubles([coef0])]);
  return kind === 'poly' ? graph.node('Pow', [line, graph.doubles([degree])]) : graph.node('Tanh', [line]);
}

/** Platt's sigmoid of the one decision, or without one the logistic of the margin. */
function twoClasses(graph: OnnxGraph, decisions: Value, sigmoids: Float64Array | undefined): Value {
  const [slope, offset] = sigmoids ? [sigmoids[0]!, sigmoids[1]!] : [-1, 0];
  const line = graph.node('Add', [graph.node('Mul', [decisions, graph.doubles([slope])]), graph.doubles([offset])]);
  return graph.beside([graph.node('Sigmoid', [graph.node('Neg', [line])]), graph.node('Sigmoid', [line])]);
}

/** Pairwise probabilities stay off 0 and 1, as in models/src/kernel/svm/class-decision.ts. */
const LEAST = 1e-7;

/** The sigmoids of all pairs, which are pairs of slope and offset, coupled. */
function calibrated(graph: OnnxGraph, decisions: Value, sigmoids: Float64Array, k: number): Value {
  const pairs = pairsOf(k);
  const of = (part: number): Value =>
    graph.doubles(
      sigmoids.filter((_, at) => at % 2 === part),
      1,
      pairs.length,
    );
  const line = graph.node('Add', [graph.node('Mul', [decisions, of(0)]), of(1)]);
  const first = graph.node('Sigmoid', [graph.node('Neg', [line])]);
  const inside = graph.node('Min', [graph.node('Max', [first, graph.doubles([LEAST])]), graph.doubles([1 - LEAST])]);
  return couplePairs(graph, inside, pairs, k);
}

/** Softmax of votes plus a margin below 1/3; classes with equally many votes are equally probable unless margins decide. */
function byVotes(graph: OnnxGraph, decisions: Value, k: number, breakTies: boolean): Value {
  const pairs = pairsOf(k);
  const [first, second] = [0, 1].map((side) =>
    Float64Array.from({ length: pairs.length * k }, (_, at) => Number(pairs[Math.floor(at / k)]![side] === at % k)),
  ) as [Float64Array, Float64Array];
  const product = (value: Value, matrix: Float64Array): Value =>
    graph.node('MatMul', [value, graph.doubles(matrix, pairs.length, k)]);
  const won = graph.cast(graph.node('Greater', [decisions, graph.doubles([0])]), 'double');
  const lost = graph.node('Sub', [graph.doubles([1]), won]);
  const votes = graph.node('Add', [product(won, first), product(lost, second)]);
  const margins = product(
    decisions,
    first.map((value, at) => value - second[at]!),
  );
  const size = graph.node('Mul', [
    graph.node('Add', [graph.node('Abs', [margins]), graph.doubles([1])]),
    graph.doubles([3]),
  ]);
  let scores = graph.node('Add', [votes, graph.node('Div', [margins, size])]);
  if (!breakTies) {
    const rowMaximum = { axes: { ints: [1] }, keepdims: { int: 1 } };
    const most = graph.node('Equal', [votes, graph.node('ReduceMax', [votes], rowMaximum)]);
    scores = graph.node('Where', [most, graph.node('ReduceMax', [scores], rowMaximum), scores]);
  }
  return graph.node('Softmax', [scores], { axis: { int: 1 } });
}

/** Puts the shares of the classes that were present in training in their places; the others get 0. */
function spread(graph: OnnxGraph, shares: Value, present: readonly number[], classes: number): Value {
  if (present.length === classes) return shares;
  const places = Float64Array.from({ length: present.length * classes }, (_, at) =>
    Number(present[Math.floor(at / classes)] === at % classes),
  );
  return graph.node('MatMul', [shares, graph.doubles(places, present.length, classes)]);
}
