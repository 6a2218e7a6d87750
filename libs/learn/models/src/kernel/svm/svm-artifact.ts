import { LearnError } from '@trainyard/data';
import type { KernelFunction } from '@trainyard/kernels';
import type { ModelArtifact } from '../../artifact.js';
import { arrayOf, expectFormat } from '../../artifact-fields.js';
import type { SvmParams } from './parameters.js';
import type { Sigmoid } from './platt.js';
import type { SupportVectors } from './support-vectors.js';

/** A fitted machine. Regression has no classes. */
export interface FittedSvm {
  readonly names: readonly string[];
  readonly classes?: readonly string[];
  /** Classes that had rows in training, as indices into `classes`. */
  readonly present: Int32Array;
  readonly machine: SupportVectors;
  /** Of each pair of present classes. */
  readonly sigmoids?: readonly Sigmoid[];
}

const FORMAT = 'trainyard.svm';
const KINDS = ['linear', 'rbf', 'poly', 'sigmoid'];

export function writeSvm({ names, classes, present, machine, sigmoids }: FittedSvm, params: SvmParams): ModelArtifact {
  const { kernel, centre, vectors, coefficients, counts, intercepts } = machine;
  const arrays = { centre, vectors, coefficients, counts, intercepts, present };
  const calibration = sigmoids && {
    sigmoids: Float64Array.from(sigmoids.flatMap(({ slope, offset }) => [slope, offset])),
  };
  return {
    ...{ format: FORMAT, version: 1 },
    manifest: { params, names, ...(classes ? { classes } : {}), kernel },
    arrays: { ...arrays, ...calibration },
  };
}

function require(condition: boolean, what: string): void {
  if (!condition) throw new LearnError('ARTIFACT_INVALID', `"${FORMAT}" is damaged: ${what}.`);
}

/** Throws ARTIFACT_INVALID unless all parts fit together. */
export function readSvm(artifact: ModelArtifact): { params: SvmParams; fitted: FittedSvm } {
  expectFormat(artifact, FORMAT, 1);
  const { params, names, classes, kernel } = artifact.manifest as {
    params: SvmParams;
    names: string[];
    classes?: string[];
    kernel: KernelFunction;
  };
  require(Array.isArray(names) && names.length > 0, 'it names no features');
  require(KINDS.includes(kernel?.kind) && Number.isFinite(kernel.gamma), 'it has no kernel');
  const present = arrayOf(artifact, 'present', Int32Array);
  require(present.length > 0, 'it has no class');
  require(present.every((c, i) => c > (present[i - 1] ?? -1) && c < (classes?.length ?? 1)), 'its classes disagree');
  const k = present.length;
  const counts = arrayOf(artifact, 'counts', Int32Array, k);
  require(counts.every((count) => count >= 0), 'it counts fewer than no support vectors');
  const total = counts.reduce((a, b) => a + b);
  const pairs = classes ? (k * (k - 1)) / 2 : 1;
  const machine = {
    ...{ kernel, counts },
    centre: arrayOf(artifact, 'centre', Float64Array, names.length),
    vectors: arrayOf(artifact, 'vectors', Float32Array, total * names.length),
    coefficients: arrayOf(artifact, 'coefficients', Float64Array, total * Math.max(1, k - 1)),
    intercepts: arrayOf(artifact, 'intercepts', Float64Array, pairs),
  };
  const flat = artifact.arrays.sigmoids && arrayOf(artifact, 'sigmoids', Float64Array, 2 * pairs);
  const sigmoids = flat && Array.from({ length: pairs }, (_, p) => ({ slope: flat[2 * p]!, offset: flat[2 * p + 1]! }));
  return {
    params,
    fitted: { names, ...(classes ? { classes } : {}), present, machine, ...(sigmoids ? { sigmoids } : {}) },
  };
}
