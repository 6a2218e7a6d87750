import { returnMemory, takeMemory } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import {
  DRAW,
  type DrawKind,
  OBLIVIOUS_LOSS,
  type ObliviousLoss,
  PLACE,
  type ScorePlace,
  STEP,
  SUMS,
  type SumsKind,
} from './command.js';
import { createLane, type ObliviousLane } from './lane.js';
import {
  BEST_BYTES,
  BLOCK_ROWS,
  BLOCK_WORDS,
  layOutOblivious,
  type ObliviousLayout,
  type ObliviousShape,
  QUANTILES,
} from './layout.js';

/** A split of a whole level: rows whose bin is above `bin` (or, for one category against the rest, equal to it) go right. */
export interface LevelSplit {
  readonly feature: number;
  readonly bin: number;
  /** In the units of the quantised gradients: see `quantise`. */
  readonly score: number;
}

/** How splits of a level are compared. */
export interface LevelRules {
  /** L2 penalty in units of quantised weight. */
  readonly lambda: number;
  /** Whether the score is the cosine between gradients and leaf values, or the L2 gain. */
  readonly cosine: boolean;
  /** Standard deviation of the noise added to scores, and its seed. */
  readonly noise: number;
  readonly seed: number;
}

/**
 * Growing of oblivious (symmetric) trees over binned rows, in WASM on one or more threads: all leaves of a level are split by
 * the same feature and bin, so scores are summed over leaves and outputs. Features are shared out for histograms, rows for
 * everything else. Gradients are summed as integers and the rest in parts of fixed size: no sum depends on the number of
 * threads. The caller drives it: bins, then per tree derivatives, draws, quantised gradients, levels and leaves.
 */
export class ObliviousEngine {
  /** One entry a row; labels must not be changed during a fit. */
  readonly labels: Float32Array;
  /** Sample weights. */
  readonly weights: Float32Array;
  /** What each row counts in the search for splits: its weight times a random factor. */
  readonly draws: Float32Array;
  /** Planes of `plane` entries, one an output. */
  readonly scores: Float32Array;
  /** Scores that `add` tries: they need not be those of the model. */
  readonly trial: Float32Array;
  readonly gradients: Float32Array;
  /** Weighted second derivatives; for several outputs, probabilities. */
  readonly seconds: Float32Array;
  /** 256 ascending cuts a numeric feature, padded with infinity. */
  readonly cuts: Float32Array;
  /** Bins of each feature; 0 leaves a feature out. */
  readonly bins: Int32Array;
  /** The first bin of each feature that may be split after. */
  readonly lowest: Int32Array;
  /** 1 for features of which one bin is split from the rest. */
  readonly oneHot: Uint8Array;
  /** 1 or -1 for features with which values must not fall or rise, 0 for the others; for one output only. */
  readonly monotone: Int8Array;
  readonly staging: Float32Array;
  /** The leaf of each row, once `mark` has been called for each level. */
  readonly leaf: Uint16Array;
  private readonly leafValues: Float32Array;
  private readonly goesLeft: Uint8Array;
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;

  private constructor(
    private readonly team: Team<ObliviousLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: ObliviousLayout,
  ) {
    const { buffer } = memory;
    const { plane, shape } = layout;
    const { rows, outputs, numeric, features, depth } = shape;
    this.labels = new Float32Array(buffer, layout.labels, rows);
    this.weights = new Float32Array(buffer, layout.weights, rows);
    this.draws = new Float32Array(buffer, layout.draws, rows);
    this.scores = new Float32Array(buffer, layout.scores, plane * outputs);
    this.trial = new Float32Array(buffer, layout.trial, plane * outputs);
    this.gradients = new Float32Array(buffer, layout.gradients, plane * outputs);
    this.seconds = new Float32Array(buffer, layout.seconds, plane * outputs);
    this.cuts = new Float32Array(buffer, layout.cuts, numeric * 256);
    this.bins = new Int32Array(buffer, layout.bins, features);
    this.lowest = new Int32Array(buffer, layout.lowest, features);
    this.oneHot = new Uint8Array(buffer, layout.oneHot, features);
    this.monotone = new Int8Array(buffer, layout.monotone, features);
    this.staging = new Float32Array(buffer, layout.staging, layout.stagingBytes >>> 2);
    this.leaf = new Uint16Array(buffer, layout.leaf, rows);
    this.leafValues = new Float32Array(buffer, layout.leafValues, 2 ** depth * outputs);
    this.goesLeft = new Uint8Array(buffer, layout.goesLeft, 256);
    this.doubles = new Float64Array(buffer);
    this.words = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /**
   * Allocates the memory and, for more than one thread, starts workers; `close` ends them.
   * Throws RangeError when the data does not fit in 4 GB.
   */
  static async create(shape: ObliviousShape): Promise<ObliviousEngine> {
    const threads = Math.max(1, Math.min(shape.threads, Math.ceil(shape.features / 4)));
    const layout = layOutOblivious({ ...shape, threads });
    const memory = takeMemory(layout.bytes);
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0, layout.control, layout.control + CONTROL_BYTES);
    // The kernels take rows by fours: those after the last weigh nothing, but must hold numbers.
    bytes.fill(0, layout.labels, layout.steps);
    bytes.fill(0, layout.leaf, layout.leafValues);
    const team = await Team.start(new URL('./lane.js', import.meta.url), createLane, { memory, layout }, threads);
    const engine = new ObliviousEngine(team, memory, layout);
    engine.oneHot.fill(0);
    engine.monotone.fill(0);
    engine.lowest.fill(0);
    new Float32Array(memory.buffer, layout.quantiles, QUANTILES).set(normalQuantiles(QUANTILES));
    return engine;
  }

  /** Entries from one plane of scores or gradients, or one column of bins, to the next. */
  get plane(): number {
    return this.layout.plane;
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /** Sorts `columns` columns of `rows` floats each at the start of `staging` (no NaN); returns them sorted, one after the other. */
  sortColumns(columns: number, rows: number): Float32Array {
    this.run(STEP.sort, columns, rows);
    return this.staging.subarray(columns * rows, 2 * columns * rows);
  }

  /** Bins the numeric features of rows `[first, first + rows)`, whose values lie row by row in `staging`. */
  binBlock(first: number, rows: number): void {
    this.run(STEP.bin, first, rows);
  }

  /** The bins of a feature, one a row. After changing those of features [first, last), call `placeColumns(first, last)`. */
  column(feature: number): Uint8Array {
    const { byColumn, plane, shape } = this.layout;
    return this.bytes.subarray(byColumn + feature * plane, byColumn + feature * plane + shape.rows);
  }

  placeColumns(first: number, last: number): void {
    if (last > first) this.run(STEP.place, first, last);
  }

  /** Computes derivatives of the loss at the scores of `place`; returns the weighted sum of losses. */
  derive(loss: ObliviousLoss, parameter: number, place: ScorePlace): number {
    this.run(STEP.derive, OBLIVIOUS_LOSS[loss], parameter, PLACE[place]);
    return this.sumBlocks(0);
  }

  /**
   * Draws rows for one tree. `amount` is the bagging temperature, the share of rows kept, or for minimal variance sampling
   * the regulariser; `mu` is the gradient from which that one keeps every row.
   */
  draw(kind: DrawKind, amount: number, seed: number, mu = 0): void {
    if (kind === 'none') this.draws.set(this.weights);
    else this.run(STEP.draw, DRAW[kind], amount, seed, mu);
  }

  /** Sums over the drawn rows: of draws, of squared gradients, and of the largest output's |gradients|. */
  spread(): { draws: number; squares: number; gradients: number } {
    this.run(STEP.spread);
    return { draws: this.sumBlocks(0), squares: this.sumBlocks(1), gradients: this.sumBlocks(2) };
  }

  /** Rounds gradients times `scaleG` and draws times `scaleW` to integers; sums over all rows must stay below 2^31. */
  quantise(scaleG: number, scaleW: number): void {
    this.run(STEP.quantise, scaleG, scaleW);
  }

  /** Starts a tree: one leaf of all drawn rows. */
  beginTree(): void {
    this.run(STEP.begin);
  }

  /** Parts `leaves` leaves by `last` (undefined at the root); returns the best split of the next level, if there is any. */
  level(leaves: number, last: LevelSplit | undefined, rules: LevelRules): LevelSplit | undefined {
    if (last !== undefined) {
      const alone = this.oneHot[last.feature] === 1;
      for (let bin = 0; bin < 256; bin++) this.goesLeft[bin] = Number(alone ? bin !== last.bin : bin <= last.bin);
    }
    const { lambda, cosine, noise, seed } = rules;
    this.run(STEP.level, leaves, last?.feature ?? -1, lambda, cosine ? 1 : 0, noise, seed);
    return this.best();
  }

  /** Writes bit `level` of every row's leaf. */
  mark(level: number, feature: number, bin: number): void {
    this.run(STEP.mark, level, feature, bin, this.oneHot[feature]!);
  }

  /** A tree without splits: every row is in leaf 0. */
  markOne(): void {
    this.leaf.fill(0);
  }

  /**
   * Sums by leaf into `out`. Newton: for one output gradient and second derivative, for k the k gradients and the upper
   * triangle of the Hessian. Gradient: for each output gradient and weight.
   */
  leafSums(leaves: number, kind: SumsKind, out: Float64Array): void {
    this.run(STEP.leafSums, leaves, SUMS[kind]);
    const { leafParts, parts, leafWords, shape } = this.layout;
    const { outputs, depth } = shape;
    const words = outputs > 1 && kind === 'newton' ? leafWords : 2 * outputs;
    out.fill(0, 0, leaves * words);
    for (let part = 0; part < parts; part++) {
      const from = (leafParts >>> 3) + part * 2 ** depth * leafWords;
      for (let i = 0; i < leaves * words; i++) out[i]! += this.doubles[from + i]!;
    }
    if (outputs > 1 && kind === 'gradient') interleave(out, leaves, outputs);
  }

  /** Adds leaf values, `values[leaf * outputs + output]`, to the scores: in place, or as a trial. */
  add(values: Float32Array, leaves: number, target: ScorePlace): void {
    const { outputs, depth } = this.layout.shape;
    for (let leaf = 0; leaf < leaves; leaf++) {
      for (let c = 0; c < outputs; c++) this.leafValues[c * 2 ** depth + leaf] = values[leaf * outputs + c]!;
    }
    this.run(STEP.add, PLACE[target]);
  }

  private best(): LevelSplit | undefined {
    let at = 0;
    for (let t = 0; t < this.layout.shape.threads; t++) {
      const candidate = this.layout.best + t * BEST_BYTES;
      if (this.words[(candidate + 8) >>> 2]! < 0) continue;
      // Features ascend with the thread, so an equal score goes to the lower feature, as on one thread.
      if (at === 0 || this.doubles[candidate >>> 3]! > this.doubles[at >>> 3]!) at = candidate;
    }
    if (at === 0) return undefined;
    const feature = this.words[(at + 8) >>> 2]!;
    return { feature, bin: this.words[(at + 12) >>> 2]!, score: this.doubles[(at + 16) >>> 3]! };
  }

  private sumBlocks(word: number): number {
    const first = this.layout.blocks >>> 3;
    const count = Math.ceil(this.layout.shape.rows / BLOCK_ROWS);
    let sum = 0;
    for (let block = 0; block < count; block++) sum += this.doubles[first + block * BLOCK_WORDS + word]!;
    return sum;
  }

  private run(step: number, ...args: readonly number[]): void {
    const { command } = this.team.lane;
    command[0] = step;
    for (let i = 0; i < args.length; i++) command[1 + i] = args[i]!;
    this.team.step();
  }
}

/** [output][leaf] pairs become [leaf][output] pairs. */
function interleave(sums: Float64Array, leaves: number, outputs: number): void {
  const before = sums.slice(0, leaves * outputs * 2);
  for (let c = 0; c < outputs; c++) {
    for (let leaf = 0; leaf < leaves; leaf++) {
      sums[(leaf * outputs + c) * 2] = before[(c * leaves + leaf) * 2]!;
      sums[(leaf * outputs + c) * 2 + 1] = before[(c * leaves + leaf) * 2 + 1]!;
    }
  }
}

/** The quantiles (i + 1/2) / n of the standard normal distribution. */
function normalQuantiles(n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => {
    const p = (i + 0.5) / n;
    return p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p);
  });
}

/** Where the normal distribution's upper tail is `p` < 1/2 (Abramowitz and Stegun 26.2.23, error below 4.5e-4). */
function upperQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(p));
  return t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}
