import { sumsOfLeaf } from '@trainyard/kernels';
import type { Loss } from './loss.js';

/** First derivative of the loss of one score, not weighted. The kernels compute the same for whole planes. */
function gradientAt({ kind, parameter }: Loss, s: number, y: number): number {
  switch (kind) {
    case 'squared':
      return s - y;
    case 'logistic':
      return 1 / (1 + Math.exp(-s)) - y;
    case 'quantile':
      return y === s ? 0 : y > s ? -parameter : 1 - parameter;
    case 'huber':
      return Math.max(-parameter, Math.min(parameter, s - y));
    case 'poisson':
      return Math.exp(s) - y;
    default:
      return Math.exp((2 - parameter) * s) - y * Math.exp((1 - parameter) * s);
  }
}

/** Second derivative; 1 where the loss has none, so that a Newton step becomes a gradient step. */
function hessianAt({ kind, parameter }: Loss, s: number, y: number): number {
  if (kind === 'logistic') {
    const p = 1 / (1 + Math.exp(-s));
    return p * (1 - p);
  }
  if (kind === 'huber') return Math.abs(s - y) <= parameter ? 1 : 0;
  if (kind === 'poisson') return Math.exp(s);
  if (kind !== 'tweedie') return 1;
  return (2 - parameter) * Math.exp((2 - parameter) * s) - (1 - parameter) * y * Math.exp((1 - parameter) * s);
}

/** Derivatives of single rows, for scores that lie anywhere. */
export class RowDerivatives {
  private readonly p: Float64Array;
  private readonly words: number;

  constructor(private readonly loss: Loss) {
    this.p = new Float64Array(loss.outputs);
    this.words = sumsOfLeaf(loss.outputs);
  }

  /** Writes the weighted gradients of the scores at `from` to out[at], out[at + step], ... */
  gradients(
    scores: Float32Array,
    from: number,
    y: number,
    weight: number,
    out: Float32Array,
    at: number,
    step: number,
  ): void {
    const { outputs } = this.loss;
    if (outputs === 1) {
      out[at] = weight * gradientAt(this.loss, scores[from]!, y);
      return;
    }
    this.softmax(scores, from);
    for (let c = 0; c < outputs; c++) out[at + c * step] = weight * (this.p[c]! - (c === y ? 1 : 0));
  }

  /** Adds what Newton's method needs to the sums of a leaf. */
  addTo(sums: Float64Array, leaf: number, scores: Float32Array, from: number, y: number, weight: number): void {
    const { outputs } = this.loss;
    let at = leaf * this.words;
    if (outputs === 1) {
      sums[at]! += weight * gradientAt(this.loss, scores[from]!, y);
      sums[at + 1]! += weight * hessianAt(this.loss, scores[from]!, y);
      return;
    }
    this.softmax(scores, from);
    for (let c = 0; c < outputs; c++) sums[at++]! += weight * (this.p[c]! - (c === y ? 1 : 0));
    for (let a = 0; a < outputs; a++) {
      sums[at++]! += weight * this.p[a]! * (1 - this.p[a]!);
      for (let b = a + 1; b < outputs; b++) sums[at++]! -= weight * this.p[a]! * this.p[b]!;
    }
  }

  private softmax(scores: Float32Array, from: number): void {
    const { p } = this;
    let top = scores[from]!;
    for (let c = 1; c < p.length; c++) top = Math.max(top, scores[from + c]!);
    let sum = 0;
    for (let c = 0; c < p.length; c++) {
      p[c] = Math.exp(scores[from + c]! - top);
      sum += p[c]!;
    }
    for (let c = 0; c < p.length; c++) p[c]! /= sum;
  }
}
