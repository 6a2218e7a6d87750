import type { Matrix } from '@trainyard/data';
import type { KernelFunction } from '@trainyard/kernels';
import type { SvmParams } from './parameters.js';

/** The kernel with its gamma: given, or by the rule that scikit-learn calls `scale` or `auto`. */
export function kernelFunction(params: SvmParams, { data, rows, cols }: Matrix): KernelFunction {
  const { kernel: kind, coef0, degree } = params;
  if (params.gamma !== null || kind === 'linear') return { kind, coef0, degree, gamma: params.gamma ?? 1 };
  if (params.gamma_rule === 'auto') return { kind, coef0, degree, gamma: 1 / cols };
  const n = rows * cols;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += data[i]! / n;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += (data[i]! - mean) ** 2 / n;
  return { kind, coef0, degree, gamma: variance > 0 ? 1 / (cols * variance) : 1 };
}

/**
 * What is subtracted from each column before products are taken. The rbf kernel does not see it, but f32 products of values
 * far from 0 would lose the digits that distances are made of. Zeros for the other kernels.
 */
export function columnCentre({ kind }: KernelFunction, { data, rows, cols }: Matrix): Float64Array {
  const centre = new Float64Array(cols);
  if (kind !== 'rbf') return centre;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++) centre[j]! += data[at++]! / rows;
  return centre;
}

/** Rows of `x` less the centre, into `out`. */
export function subtractCentre(x: Float32Array, rows: number, centre: Float64Array, out: Float32Array): void {
  const cols = centre.length;
  for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++, at++) out[at] = x[at]! - centre[j]!;
}
