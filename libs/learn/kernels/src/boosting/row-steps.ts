import { Segments } from '../team/segments.js';
import { eachBlockOf } from '../team/share.js';
import { PLACE } from './command.js';
import type { BoostingKernels } from './kernels.js';
import { BLOCK_ROWS, BLOCK_WORDS, COMMAND_WORDS, type Layout } from './layout.js';
import { sumLosses, writeGradients } from './loss.js';

/** One thread's part of the steps that go over rows: losses, gradient pairs, leaf sums, scores. Layouts differ only in columns. */
export class RowSteps {
  private readonly command: Float64Array;
  private readonly doubles: Float64Array;
  private readonly segments: Segments;

  constructor(
    private readonly kernels: BoostingKernels,
    private readonly layout: Layout,
    memory: WebAssembly.Memory,
    private readonly thread: number,
  ) {
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.doubles = new Float64Array(memory.buffer);
    this.segments = new Segments(layout, memory);
  }

  loss(kind: number, parameter: number): void {
    const { layout, kernels } = this;
    this.eachBlock((from, to, block) => {
      const at = (layout.blocks >>> 3) + block * BLOCK_WORDS;
      this.doubles[at] = sumLosses(kernels, layout, from, to, kind, parameter);
    });
  }

  /** Pairs of `count` outputs from `first` on, into places 0 to count - 1. */
  gradient(kind: number, first: number, count: number, parameter: number): void {
    this.eachBlock((from, to) => {
      for (let place = 0; place < count; place++) {
        writeGradients(this.kernels, this.layout, from, to, kind, first + place, parameter, this.pairs(place));
      }
    });
    this.measure(count);
  }

  measure(count: number): void {
    const { blocks, places } = this.layout;
    this.eachBlock((from, to, block) => {
      for (let place = 0; place < count; place++) {
        this.kernels.spread(from, to, this.pairs(place), blocks + (block * places + place) * BLOCK_WORDS * 8);
      }
    });
  }

  quantise(scaleG: number, scaleH: number, seed: number): void {
    const pairs = this.pairs(this.command[PLACE]!);
    const { shared, packed: first, shape } = this.layout;
    const packed = first + this.command[PLACE]! * shape.rows * 4;
    const beside = shared === 0 ? 0 : shared + this.command[PLACE]! * 4;
    this.eachBlock((from, to) => this.kernels.quantise(from, to, pairs, scaleG, scaleH, seed, packed, beside));
  }

  /** Sums each leaf's gradients, one thread a leaf, so that the order of additions does not depend on the threads. */
  leaves(count: number): void {
    const { segments, layout } = this;
    const { leafSums, order, shape } = layout;
    const pairs = this.pairs(this.command[PLACE]!);
    for (let leaf = this.thread; leaf < count; leaf += shape.threads) {
      const out = leafSums + leaf * 16;
      this.doubles.fill(0, out >>> 3, (out >>> 3) + 2);
      for (let t = 0; t < shape.threads; t++) {
        this.kernels.sumPairs(order + segments.start(leaf, t) * 4, segments.count(leaf, t), pairs, out);
      }
    }
  }

  /** Adds the leaves' values, which lie at `leafSums`, to the scores of this thread's rows. */
  update(output: number, count: number): void {
    const { segments, layout, thread } = this;
    const { leafSums, order, scores, shape } = layout;
    const plane = scores + output * shape.rows * 4;
    for (let leaf = 0; leaf < count; leaf++) {
      const value = this.doubles[(leafSums >>> 3) + leaf * 2]!;
      const [start, n] = [segments.start(leaf, thread), segments.count(leaf, thread)];
      this.kernels.addToRows(order + start * 4, n, plane, value);
    }
  }

  private eachBlock(visit: (from: number, to: number, block: number) => void): void {
    const { rows, threads } = this.layout.shape;
    eachBlockOf(rows, BLOCK_ROWS, this.thread, threads, visit);
  }

  private pairs(place: number): number {
    return this.layout.pairs + place * this.layout.shape.rows * 8;
  }
}
