import { arrayOf, expectFormat, type ModelArtifact } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import { squaredDistances, squares } from './distances.js';
import type { OnnxExporter } from './exporter.js';

interface Covariance {
  readonly kind: 'rbf' | 'rational_quadratic' | 'matern32' | 'matern52';
  readonly variance: number;
  readonly shape: number;
}

/** `trainyard.gaussian-process`: the posterior mean, exact or sparse; for classes, the mean of the logistic over the posterior. */
export const gaussianProcess: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.gaussian-process', 1);
  const { classes, kernels, offset, spread } = artifact.manifest as unknown as {
    classes: readonly string[];
    kernels: readonly { readonly covariance: Covariance }[];
    offset: number;
    spread: number;
  };
  const posteriors = kernels.map((kernel, c) => {
    const dual = arrayOf(artifact, `dual${c}`, Float64Array);
    const covariances = covariancesOf(graph, x, artifact, kernel.covariance, c);
    return { covariances, mean: graph.node('MatMul', [covariances, graph.doubles(dual, dual.length, 1)]) };
  });
  if (classes.length === 0) {
    const scaled = graph.node('Mul', [posteriors[0]!.mean, graph.doubles([spread])]);
    return { value: graph.cast(graph.node('Add', [scaled, graph.doubles([offset])]), 'float') };
  }
  const positive = posteriors.map(({ covariances, mean }, c) => {
    return meanSigmoid(graph, mean, latentVariance(graph, covariances, artifact, kernels[c]!.covariance, c));
  });
  if (classes.length === 2) positive.unshift(graph.node('Sub', [graph.doubles([1]), positive[0]!]));
  const shares = graph.beside(positive);
  const total = graph.node('ReduceSum', [shares, graph.ints([1], 1)], { keepdims: { int: 1 } });
  return { probabilities: graph.cast(graph.node('Div', [shares, total]), 'float') };
};

/** Double `N x points`: covariances of the rows with the points of posterior `c`. */
function covariancesOf(graph: OnnxGraph, x: Value, artifact: ModelArtifact, kernel: Covariance, c: number): Value {
  const scales = arrayOf(artifact, `scales${c}`, Float64Array);
  const cols = scales.length;
  const points = Float64Array.from(arrayOf(artifact, 'points', Float32Array), (v, at) => v / scales[at % cols]!);
  const scaled = graph.node('Div', [graph.cast(x, 'double'), graph.doubles(scales, 1, cols)]);
  return covariance(graph, squaredDistances(graph, scaled, { data: points, cols }), kernel);
}

/** Double `N x 1`: what is left of the prior variance, variance - |L^-1 (r k(x))|^2. */
function latentVariance(
  graph: OnnxGraph,
  covariances: Value,
  artifact: ModelArtifact,
  { variance }: Covariance,
  c: number,
): Value {
  const roots = arrayOf(artifact, `roots${c}`, Float64Array);
  const m = roots.length;
  const inverse = invertTriangle(arrayOf(artifact, `factor${c}`, Float64Array), m);
  // Transposed, for rows on the left, each row times its root.
  const weights = Float64Array.from(
    inverse,
    (_, at) => inverse[(at % m) * m + Math.floor(at / m)]! * roots[Math.floor(at / m)]!,
  );
  const solved = graph.node('MatMul', [covariances, graph.doubles(weights, m, m)]);
  return graph.node('Max', [
    graph.node('Sub', [graph.doubles([variance]), squares(graph, solved)]),
    graph.doubles([0]),
  ]);
}

/** The inverse, row-major `m x m`, of a packed lower triangle whose rows follow each other. */
function invertTriangle(packed: Float64Array, m: number): Float64Array {
  const inverse = new Float64Array(m * m);
  for (let i = 0, at = 0; i < m; i++) {
    const row = inverse.subarray(i * m, i * m + i + 1);
    row[i] = 1;
    for (let k = 0; k < i; k++, at++) {
      const factor = packed[at]!;
      const above = k * m;
      for (let j = 0; j <= k; j++) row[j]! -= factor * inverse[above + j]!;
    }
    const pivot = packed[at++]!;
    for (let j = 0; j <= i; j++) row[j]! /= pivot;
  }
  return inverse;
}

/** Steps of the trapezoidal rule on either side, and how far they reach, as models/src/kernel/gaussian-process/normal.ts. */
const STEPS = 60;
const WIDTH = 8;

/** Double `N x 1`: the mean of the logistic function of normal variables. */
function meanSigmoid(graph: OnnxGraph, mean: Value, variance: Value): Value {
  const z = Float64Array.from({ length: 2 * STEPS + 1 }, (_, i) => ((i - STEPS) * WIDTH) / STEPS);
  const density = z.map((value) => Math.exp(-0.5 * value * value));
  const total = density.reduce((a, b) => a + b);
  const spread = graph.node('Mul', [graph.node('Sqrt', [variance]), graph.doubles(z, 1, z.length)]);
  const sigmoids = graph.node('Sigmoid', [graph.node('Add', [mean, spread])]);
  return graph.node('MatMul', [
    sigmoids,
    graph.doubles(
      density.map((d) => d / total),
      z.length,
      1,
    ),
  ]);
}

/** The covariance at squared distances in length scales, as models/src/kernel/gaussian-process/covariance.ts. */
function covariance(graph: OnnxGraph, squares: Value, { kind, variance, shape }: Covariance): Value {
  const times = (value: Value, factor: number): Value => graph.node('Mul', [value, graph.doubles([factor])]);
  const plus = (value: Value, add: number): Value => graph.node('Add', [value, graph.doubles([add])]);
  const exp = (value: Value): Value => graph.node('Exp', [value]);
  if (kind === 'rbf') return times(exp(times(squares, -0.5)), variance);
  if (kind === 'rational_quadratic') {
    return times(graph.node('Pow', [plus(times(squares, 1 / (2 * shape)), 1), graph.doubles([-shape])]), variance);
  }
  const d = graph.node('Sqrt', [times(squares, kind === 'matern32' ? 3 : 5)]);
  const line = plus(d, 1);
  const front = kind === 'matern32' ? line : graph.node('Add', [line, times(graph.node('Mul', [d, d]), 1 / 3)]);
  return times(graph.node('Mul', [front, exp(graph.node('Neg', [d]))]), variance);
}
