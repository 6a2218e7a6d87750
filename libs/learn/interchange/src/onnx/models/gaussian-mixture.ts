import { arrayOf, expectFormat } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import { squares } from './distances.js';
import type { OnnxExporter } from './exporter.js';

/** `trainyard.gaussian-mixture`: how likely each component made a row. */
export const gaussianMixture: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.gaussian-mixture', 1);
  const weights = arrayOf(artifact, 'weights', Float64Array);
  const means = arrayOf(artifact, 'means', Float64Array);
  const covariances = arrayOf(artifact, 'covariances', Float64Array);
  const { covariance_type: type } = artifact.manifest.params as { covariance_type: string };
  const f = means.length / weights.length;
  const size = { full: f * f, tied: f * f, diag: f, spherical: 1 }[type]!;
  const rows = graph.cast(x, 'double');
  const logs = Array.from(weights, (weight, c) => {
    const from = type === 'tied' ? 0 : c * size;
    const { factor, log } = whitening(covariances.subarray(from, from + size), f);
    const constant = Math.log(weight) - (f * Math.log(2 * Math.PI) + log) / 2;
    return logDensity(graph, rows, means.subarray(c * f, (c + 1) * f), factor, constant);
  });
  return { probabilities: graph.cast(graph.node('Softmax', [graph.beside(logs)], { axis: { int: 1 } }), 'float') };
};

/** constant - |factor (x - mean)|^2 / 2, double `N x 1`. */
function logDensity(graph: OnnxGraph, x: Value, mean: Float64Array, factor: Float64Array, constant: number): Value {
  const f = mean.length;
  const centred = graph.node('Sub', [x, graph.doubles(mean, 1, f)]);
  const transposed = factor.map((_, at) => factor[(at % f) * f + Math.floor(at / f)]!);
  const white = graph.node('MatMul', [centred, graph.doubles(transposed, f, f)]);
  const half = graph.node('Mul', [squares(graph, white), graph.doubles([-0.5])]);
  return graph.node('Add', [half, graph.doubles([constant])]);
}

/** W, `f x f`, with W' W the inverse of a covariance (its matrix, diagonal or one variance), and the log of its determinant. */
function whitening(covariance: Float64Array, f: number): { factor: Float64Array; log: number } {
  const factor = new Float64Array(f * f);
  let log = 0;
  if (covariance.length !== f * f || f === 1) {
    for (let j = 0; j < f; j++) {
      const variance = covariance[covariance.length === 1 ? 0 : j]!;
      factor[j * f + j] = 1 / Math.sqrt(variance);
      log += Math.log(variance);
    }
    return { factor, log };
  }
  const lower = cholesky(covariance, f);
  for (let j = 0; j < f; j++) {
    log += 2 * Math.log(lower[j * f + j]!);
    factor[j * f + j] = 1 / lower[j * f + j]!;
    for (let i = j + 1; i < f; i++) {
      let sum = 0;
      for (let l = j; l < i; l++) sum -= lower[i * f + l]! * factor[l * f + j]!;
      factor[i * f + j] = sum / lower[i * f + i]!;
    }
  }
  return { factor, log };
}

function cholesky(matrix: Float64Array, f: number): Float64Array {
  const lower = new Float64Array(f * f);
  for (let i = 0; i < f; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * f + j]!;
      for (let l = 0; l < j; l++) sum -= lower[i * f + l]! * lower[j * f + l]!;
      lower[i * f + j] = i === j ? Math.sqrt(sum) : sum / lower[j * f + j]!;
    }
  }
  return lower;
}
