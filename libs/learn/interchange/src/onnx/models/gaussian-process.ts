import { LearnError } from '@trainyard/data';
import { arrayOf, expectFormat } from '@trainyard/models';
import type { OnnxGraph, Value } from '../graph.js';
import { squaredDistances } from './distances.js';
import type { OnnxExporter } from './exporter.js';

interface Covariance {
  readonly kind: 'rbf' | 'rational_quadratic' | 'matern32' | 'matern52';
  readonly variance: number;
  readonly shape: number;
}

/** `trainyard.gaussian-process`, regression: the posterior mean, exact or sparse. */
export const gaussianProcess: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.gaussian-process', 1);
  const { classes, kernels, offset, spread } = artifact.manifest as unknown as {
    classes: readonly string[];
    kernels: readonly { readonly covariance: Covariance }[];
    offset: number;
    spread: number;
  };
  if (classes.length > 0) {
    const words = 'The probabilities of a Gaussian process are integrals over its variance, which ONNX cannot say.';
    throw new LearnError('OPTION_UNSUPPORTED', words, { field: 'task' });
  }
  const scales = arrayOf(artifact, 'scales0', Float64Array);
  const dual = arrayOf(artifact, 'dual0', Float64Array);
  const cols = scales.length;
  const points = Float64Array.from(arrayOf(artifact, 'points', Float32Array), (v, at) => v / scales[at % cols]!);
  const scaled = graph.node('Div', [graph.cast(x, 'double'), graph.doubles(scales, 1, cols)]);
  const covariances = covariance(
    graph,
    squaredDistances(graph, scaled, { data: points, cols }),
    kernels[0]!.covariance,
  );
  const weights = dual.map((value) => value * spread);
  const mean = graph.node('MatMul', [covariances, graph.doubles(weights, dual.length, 1)]);
  return { value: graph.cast(graph.node('Add', [mean, graph.doubles([offset])]), 'float') };
};

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
