import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import { Segments } from '../team/segments.js';
import { eachBlockOf, shareOf } from '../team/share.js';
import type { Lane } from '../team/team.js';
import { DRAW, OBLIVIOUS_LOSS, PLACE, STEP, SUMS } from './command.js';
import { Histograms } from './histograms.js';
import type { ObliviousKernels } from './kernels.js';
import { BEST_BYTES, BLOCK_ROWS, BLOCK_WORDS, COMMAND_WORDS, type ObliviousLayout, SCRATCH_BYTES } from './layout.js';

/** Rows binned per kernel call: their values stay in the cache while one feature after the other is binned. */
const BIN_ROWS = 256;

/** One thread's part of an engine of oblivious trees: takes its share of each step. */
export class ObliviousLane implements Lane {
  readonly kernels: ObliviousKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly doubles: Float64Array;
  private readonly histograms: Histograms;
  /** Slot of each leaf's histogram, while there is room for all. Every thread keeps its own, all the same. */
  private readonly segments: Segments;
  private readonly slotOf: Int32Array;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: ObliviousLayout,
    private readonly thread: number,
  ) {
    const { threads, depth } = layout.shape;
    this.kernels = loadKernels<ObliviousKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, threads);
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.doubles = new Float64Array(memory.buffer);
    this.segments = new Segments(layout, memory);
    this.slotOf = new Int32Array(2 ** depth);
    const units = layout.stride / 4;
    const [from, to] = shareOf(units, thread, threads);
    this.histograms = new Histograms(this.kernels, layout, memory, 4 * from, 4 * to);
  }

  /** Takes this thread's share of the step in the command block. */
  step(): void {
    const [step, a, b, c, d, e, f] = this.command as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (step === STEP.sort) this.sort(a, b);
    else if (step === STEP.bin) this.bin(a, b);
    else if (step === STEP.place) this.place(a, b);
    else if (step === STEP.derive) this.derive(a, b, c);
    else if (step === STEP.draw) this.draw(a, b, c, d);
    else if (step === STEP.spread) this.spread();
    else if (step === STEP.quantise) this.quantise(a, b);
    else if (step === STEP.begin) this.begin();
    else if (step === STEP.level) this.level(a, b, c, d, e, f);
    else if (step === STEP.mark) this.mark(a, b, c, d);
    else if (step === STEP.leafSums) this.leafSums(a, b);
    else if (step === STEP.add) this.add(a);
  }

  private sort(columns: number, rows: number): void {
    const { staging, shape } = this.layout;
    for (let c = this.thread; c < columns; c += shape.threads) {
      const at = staging + c * rows * 4;
      this.kernels.sortFloats(at, at + columns * rows * 4, rows, this.scratch);
    }
  }

  private bin(first: number, rows: number): void {
    const { staging, cuts, byRow, stride, byColumn, plane, shape } = this.layout;
    const { numeric } = shape;
    const [start, end] = this.share(rows);
    for (let r = start; r < end; r += BIN_ROWS) {
      const n = Math.min(BIN_ROWS, end - r);
      const row = byRow + (first + r) * stride;
      const values = staging + r * numeric * 4;
      this.kernels.binPanel(values, n, numeric, numeric, cuts, row, stride, byColumn + first + r, plane);
    }
  }

  private place(first: number, last: number): void {
    const { byColumn, byRow, plane, stride, shape } = this.layout;
    const [from, to] = this.share(shape.rows);
    for (let f = first; f < last; f++) {
      this.kernels.placeColumn(from, to, byColumn + f * plane, byRow + f, stride);
    }
  }

  private derive(loss: number, parameter: number, place: number): void {
    const { shape, plane, labels, weights, seconds, gradients, blocks } = this.layout;
    const scores = place === PLACE.scores ? this.layout.scores : this.layout.trial;
    const { kernels } = this;
    this.eachBlock((from, to, block) => {
      const end = Math.ceil(to / 4) * 4;
      const rest = [scores, labels, weights, gradients, seconds] as const;
      let sum = 0;
      if (loss === OBLIVIOUS_LOSS.softmax) {
        const k = shape.outputs;
        sum = kernels.deriveSoftmax(from, end, plane, k, scores, labels, weights, seconds, gradients);
      } else if (loss === OBLIVIOUS_LOSS.squared) sum = kernels.deriveSquared(from, end, ...rest);
      else if (loss === OBLIVIOUS_LOSS.logistic) sum = kernels.deriveLogistic(from, end, ...rest);
      else if (loss === OBLIVIOUS_LOSS.poisson) sum = kernels.derivePoisson(from, end, ...rest);
      else if (loss === OBLIVIOUS_LOSS.quantile) sum = kernels.deriveQuantile(from, to, parameter, ...rest);
      else if (loss === OBLIVIOUS_LOSS.huber) sum = kernels.deriveHuber(from, to, parameter, ...rest);
      else sum = kernels.deriveTweedie(from, end, parameter, ...rest);
      this.doubles[(blocks >>> 3) + block * BLOCK_WORDS] = sum;
    });
  }

  private draw(kind: number, amount: number, seed: number, mu: number): void {
    const { weights, draws, gradients, plane, shape } = this.layout;
    const [from, to] = this.share(shape.rows);
    if (kind === DRAW.bayesian) this.kernels.drawBayesian(from, to, weights, amount, seed, draws);
    else if (kind === DRAW.bernoulli) this.kernels.drawBernoulli(from, to, weights, amount, seed, draws);
    else {
      const rest = [gradients, plane, shape.outputs, amount, mu, seed, draws] as const;
      this.kernels.drawMinimalVariance(from, to, weights, ...rest);
    }
  }

  private spread(): void {
    const { plane, shape, gradients, weights, draws, blocks } = this.layout;
    this.eachBlock((from, to, block) => {
      const out = blocks + block * BLOCK_WORDS * 8;
      this.kernels.spreadGradients(from, to, plane, shape.outputs, gradients, weights, draws, out);
    });
  }

  private quantise(scaleG: number, scaleW: number): void {
    const { plane, shape, quads, gradients, weights, draws, steps } = this.layout;
    const [from, to] = this.share(shape.rows);
    const arrays = [gradients, weights, draws, scaleG, scaleW, steps] as const;
    if (quads === 0) this.kernels.quantiseToPairs(from, to, ...arrays);
    else this.kernels.quantiseToQuads(from, to, plane, shape.outputs, quads, ...arrays);
  }

  /** Makes one leaf of this thread's drawn rows. */
  private begin(): void {
    const { shape, draws, order } = this.layout;
    const [from, to] = this.share(shape.rows);
    this.segments.set(0, this.thread, from, this.kernels.collectRows(from, to, draws, order + from * 4));
    this.slotOf[0] = 0;
  }

  /**
   * Parts the rows of `leaves` leaves by `goesLeft` of a feature (unless it is -1, at the root), builds the children's
   * histograms and leaves the best split of this thread's features at `best`.
   */
  private level(leaves: number, feature: number, lambda: number, cosine: number, noise: number, seed: number): void {
    if (feature >= 0) this.partition(leaves, feature);
    this.rendezvous.barrier();
    const count = feature >= 0 ? leaves * 2 : leaves;
    const { sums, norms, bins, lowest, oneHot, quantiles, best, shape } = this.layout;
    const { from } = this.histograms;
    const to = Math.min(this.histograms.to, shape.features);
    const bytes = Math.max(0, to - from) * 1024;
    this.kernels.clear(sums + from * 1024, bytes);
    this.kernels.clear(norms + from * 1024, bytes);
    this.buildAndScore(leaves, count, lambda);
    if (cosine === 1) this.kernels.cosines(sums + from * 1024, norms + from * 1024, bytes / 4);
    const out = best + this.thread * BEST_BYTES;
    this.kernels.chooseSplit(from, to, bins, lowest, oneHot, sums + from * 1024, noise, seed, quantiles, out);
  }

  private buildAndScore(parents: number, count: number, lambda: number): void {
    const { histograms, slotOf, layout } = this;
    const totals = layout.totals + this.thread * Math.max(1, layout.quads) * 16;
    const keep = count <= layout.slots;
    if (keep && count === 1) histograms.build(0, 0);
    for (let leaf = 0; keep && count > 1 && leaf < parents; leaf++) this.buildChildren(leaf, leaf + parents);
    for (let leaf = 0; leaf < count; leaf++) {
      if (this.segments.rowsOf(leaf) === 0) continue;
      // Without room for all leaves each takes the first slot in turn.
      if (!keep) histograms.build(leaf, 0);
      histograms.score(keep ? slotOf[leaf]! : 0, lambda, totals, this.scratch);
    }
  }

  /** The parent's histogram is in the slot of `left`; the smaller child's is built in a new one, the larger's is the rest. */
  private buildChildren(left: number, right: number): void {
    const small = this.segments.rowsOf(left) <= this.segments.rowsOf(right) ? left : right;
    const old = this.slotOf[left]!;
    this.slotOf[left + right - small] = old;
    this.slotOf[small] = right;
    this.histograms.build(small, right);
    this.histograms.subtract(old, right);
  }

  private partition(leaves: number, feature: number): void {
    const { segments, thread } = this;
    const { order, byColumn, goesLeft, spare, plane } = this.layout;
    const column = byColumn + feature * plane;
    for (let leaf = 0; leaf < leaves; leaf++) {
      const [start, n] = [segments.start(leaf, thread), segments.count(leaf, thread)];
      const left = n === 0 ? 0 : this.kernels.partition(order + start * 4, n, column, goesLeft, spare + start * 4);
      segments.set(leaf, thread, start, left);
      segments.set(leaf + leaves, thread, start + left, n - left);
    }
  }

  private mark(level: number, feature: number, bin: number, oneHot: number): void {
    const { leaf, byColumn, plane, shape } = this.layout;
    const [from, to] = this.share(Math.ceil(shape.rows / 16));
    const end = Math.min(to * 16, shape.rows);
    this.kernels.markLeaves(from * 16, end, byColumn + feature * plane, bin, oneHot, level, leaf);
  }

  /** Sums of derivatives by leaf, in parts that do not depend on the threads. */
  private leafSums(leaves: number, kind: number): void {
    const { leaf, leafParts, parts, leafWords, gradients, seconds, weights, plane, shape } = this.layout;
    const { rows, outputs, depth, threads } = shape;
    for (let part = this.thread; part < parts; part += threads) {
      const from = Math.floor((rows * part) / parts);
      const to = Math.floor((rows * (part + 1)) / parts);
      const out = leafParts + part * 2 ** depth * leafWords * 8;
      this.kernels.clear(out, leaves * leafWords * 8);
      if (outputs === 1) {
        const second = kind === SUMS.newton ? seconds : weights;
        this.kernels.sumPairsByLeaf(from, to, gradients, second, leaf, out);
      } else if (kind === SUMS.newton) {
        this.kernels.sumSoftmaxByLeaf(from, to, plane, outputs, weights, seconds, gradients, leaf, out);
      } else {
        for (let c = 0; c < outputs; c++) {
          const sums = out + c * leaves * 16;
          this.kernels.sumPairsByLeaf(from, to, gradients + c * plane * 4, weights, leaf, sums);
        }
      }
    }
  }

  private add(target: number): void {
    const { leaf, leafValues, scores, trial, plane, shape } = this.layout;
    const [from, to] = this.share(shape.rows);
    for (let c = 0; c < shape.outputs; c++) {
      const values = leafValues + c * 2 ** shape.depth * 4;
      const out = (target === PLACE.scores ? scores : trial) + c * plane * 4;
      this.kernels.addLeafValues(from, to, leaf, values, scores + c * plane * 4, out);
    }
  }

  private eachBlock(visit: (from: number, to: number, block: number) => void): void {
    const { rows, threads } = this.layout.shape;
    eachBlockOf(rows, BLOCK_ROWS, this.thread, threads, visit);
  }

  private share(n: number): readonly [number, number] {
    return shareOf(n, this.thread, this.layout.shape.threads);
  }

  private get scratch(): number {
    return this.layout.scratch + this.thread * SCRATCH_BYTES;
  }
}

/** What each thread of an engine's team is given. */
export interface ObliviousProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: ObliviousLayout;
}

export function createLane({ memory, layout }: ObliviousProgram, thread: number): ObliviousLane {
  return new ObliviousLane(memory, layout, thread);
}
