import { returnMemory, takeMemory } from '../team/memory.js';
import { Team } from '../team/team.js';
import { createLane, type KMeansLane, STEP } from './lane.js';
import { CANDIDATES, type KMeansLayout, type KMeansShape, layOutKMeans, SEED_ROWS } from './layout.js';

/** Multiplications that a step may take before the caller gets a turn: some 50 ms on one thread. */
const STEP_WORK = 2e8;
const MOST_F32 = 3.4028234663852886e38;

/** How many rows had to be looked at, and how many got another label. */
export interface Assigned {
  readonly scanned: number;
  readonly changed: number;
}

/** Called between the steps of a long piece of work, so that the caller can let the event loop run and heed a signal. */
export type Pause = () => Promise<void>;

/**
 * Lloyd's k-means over rows held in WASM memory, on one or more threads. Which centre is nearest is decided in f64, but most
 * centres are ruled out without: by bounds from earlier iterations (Elkan 2003; beyond 32 centres by groups of centres, as Ding et
 * al. 2015, Yinyang k-means) and by 16-bit distances of known error. So the answer is exact, and the same for any number of threads.
 * Write rows, weights and centres, then `prepareRows`, and in each iteration `placeCentres`, `assign` and `sums`.
 */
export class KMeansEngine {
  /** Numbers from one row or centre to the next; those beyond the features stay 0. */
  readonly stride: number;
  readonly rows: Float32Array;
  readonly weights: Float64Array;
  readonly labels: Int32Array;
  /** `clusters x stride`. */
  readonly centres: Float64Array;
  /** Row numbers for `assignListed`. */
  readonly list: Uint32Array;
  /** Squared distance of each row: to the nearest seeded centre, or after `distances` to its own. */
  readonly closest: Float32Array;
  /** Lengths of the rows, after `prepareRows`. */
  readonly norms: Float32Array;
  private readonly previous: Float64Array;
  private readonly doubles: Float64Array;
  private readonly floats: Float32Array;
  private bounded = false;
  private magic = 0;
  private worst = 0;
  private longest = 0;

  private constructor(
    private readonly team: Team<KMeansLane>,
    private readonly memory: WebAssembly.Memory,
    private readonly layout: KMeansLayout,
    private readonly pause: Pause,
  ) {
    const { buffer } = memory;
    const { rows, clusters } = layout.shape;
    this.stride = layout.stride;
    this.rows = new Float32Array(buffer, layout.rows, rows * layout.stride);
    this.weights = new Float64Array(buffer, layout.weights, rows);
    this.labels = new Int32Array(buffer, layout.labels, rows);
    this.centres = new Float64Array(buffer, layout.centres, clusters * layout.stride);
    this.list = new Uint32Array(buffer, layout.list, rows);
    this.closest = new Float32Array(buffer, layout.closest, rows);
    this.norms = new Float32Array(buffer, layout.norms, rows);
    this.previous = new Float64Array(clusters * layout.stride);
    this.doubles = new Float64Array(buffer);
    this.floats = new Float32Array(buffer);
  }

  /** Allocates the memory, with rows and centres 0, and starts workers; `close` ends them. Throws RangeError above 4 GB. */
  static async create(shape: KMeansShape, pause: Pause): Promise<KMeansEngine> {
    const layout = layOutKMeans(shape);
    const memory = takeMemory(layout.bytes);
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(0, layout.control, layout.quantised);
    bytes.fill(0, layout.centres, layout.scores);
    bytes.fill(0, layout.sums, layout.sums + shape.threads * layout.sumBytes);
    new Int32Array(memory.buffer, layout.labels, shape.rows).fill(-1);
    const team = await Team.start(new URL('./lane.js', import.meta.url), createLane, { memory, layout }, shape.threads);
    return new KMeansEngine(team, memory, layout, pause);
  }

  /** Ends the workers and gives the memory to the next engine: nothing of this one may be used afterwards. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  /** Must follow the writing of `rows` and `weights`. Rounds weights to 2^-51 of their sum, so that sums of them are exact. */
  async prepareRows(): Promise<void> {
    await this.inParts(STEP.quantise, 1);
    let largest = 0;
    let total = 0;
    for (let i = 0; i < this.norms.length; i++) {
      largest = Math.max(largest, this.norms[i]!);
      total += this.weights[i]!;
    }
    const round = 1.5 * 2 ** Math.ceil(Math.log2(total));
    for (let i = 0; i < this.weights.length; i++) this.weights[i] = this.weights[i]! + round - round;
    // No sum of weighted values exceeds largest * total, which is then under 2^53 units.
    const unit = 2 ** Math.max(-900, Math.ceil(Math.log2(largest * total)) - 52);
    this.magic = 1.5 * 2 ** 52 * unit;
  }

  /** Takes over what was written to `centres`. */
  placeCentres(): void {
    const { layout, floats, centres, previous, stride } = this;
    const { clusters } = layout.shape;
    const { narrow, centreSlots, centreQuantised, packed, centreScales, centreNorms, centreErrors } = layout;
    floats.set(centres, narrow >>> 2);
    const { kernels } = this.team.lane;
    kernels.quantiseRows(0, centreSlots, narrow, stride, centreQuantised, centreScales, centreNorms, centreErrors);
    kernels.packCentres(centreQuantised, stride, centreSlots, packed);
    floats.fill(MOST_F32, layout.centreSquares >>> 2, (layout.centreSquares >>> 2) + centreSlots);
    floats.fill(0, layout.drift >>> 2, (layout.drift >>> 2) + layout.groups);
    this.worst = 0;
    this.longest = 0;
    for (let j = 0; j < clusters; j++) {
      const norm = floats[(centreNorms >>> 2) + j]!;
      floats[(layout.centreSquares >>> 2) + j] = norm * norm;
      this.longest = Math.max(this.longest, norm);
      this.worst = Math.max(this.worst, floats[(centreErrors >>> 2) + j]!);
      let squares = 0;
      for (let at = j * stride; at < (j + 1) * stride; at++) squares += (centres[at]! - previous[at]!) ** 2;
      const moved = Math.sqrt(squares) * 1.000001;
      floats[(layout.moved >>> 2) + j] = moved;
      const group = (layout.drift >>> 2) + (j % layout.groups);
      floats[group] = Math.max(floats[group]!, moved);
    }
    previous.set(centres);
  }

  /** Gives each row the label of its nearest centre; a tie goes to the lower number. */
  async assign(): Promise<Assigned> {
    const all = { scanned: 0, changed: 0 };
    await this.inParts(this.bounded ? STEP.scanMoved : STEP.scan, this.layout.shape.clusters, () => {
      const { scanned, changed } = this.counted();
      all.scanned += scanned;
      all.changed += changed;
    });
    this.bounded = true;
    return all;
  }

  /** As `assign`, for the first `n` rows of `list` alone, which must differ and of which no order is kept. */
  assignListed(n: number): Assigned {
    this.bounded = false;
    this.run(STEP.scanList, 0, n, this.worst, this.longest, this.magic);
    return this.counted();
  }

  private counted(): Assigned {
    const { shape, counts } = this.layout;
    const words = new Int32Array(this.memory.buffer, counts, shape.threads * 2);
    const sum = (word: number) => words.reduce((total, count, i) => (i % 2 === word ? total + count : total), 0);
    return { scanned: sum(0), changed: sum(1) };
  }

  /** Weighted sums (`clusters x stride`) and weights of the clusters as they are labelled now. */
  sums(): { sums: Float64Array; weights: Float64Array } {
    const { shape, sums: first, sumBytes } = this.layout;
    const sums = new Float64Array(shape.clusters * this.stride);
    const weights = new Float64Array(shape.clusters);
    for (let thread = 0; thread < shape.threads; thread++) {
      const from = (first + thread * sumBytes) >>> 3;
      for (let at = 0; at < sums.length; at++) sums[at]! += this.doubles[from + at]!;
      for (let j = 0; j < weights.length; j++) weights[j]! += this.doubles[from + sums.length + j]!;
    }
    return { sums, weights };
  }

  /** Fills `closest` with the squared distance of each row to its own centre; returns their weighted sum. */
  async distances(): Promise<number> {
    await this.inParts(STEP.distances, 2);
    let sum = 0;
    for (let block = 0; block < this.blockCount; block++) sum += this.partial(block, 0);
    return sum;
  }

  /**
   * k-means++: for up to 4 candidate rows, the weighted sums of squared distances if that row became a centre too, by block of
   * SEED_ROWS rows: `potentials[candidate][block]`. `takeCandidate` accepts one.
   */
  async tryCandidates(rows: readonly number[]): Promise<Float64Array[]> {
    const padded = Array.from({ length: CANDIDATES }, (_, i) => rows[Math.min(i, rows.length - 1)]!);
    await this.inParts(STEP.seed, CANDIDATES * 2, undefined, padded);
    return rows.map((_, candidate) =>
      Float64Array.from({ length: this.blockCount }, (_, block) => this.partial(block, candidate)),
    );
  }

  takeCandidate(candidate: number): void {
    const { rows } = this.layout.shape;
    const from = (this.layout.distances >>> 2) + candidate * rows;
    this.closest.set(this.floats.subarray(from, from + rows));
  }

  private partial(block: number, word: number): number {
    return this.doubles[(this.layout.partials >>> 3) + block * CANDIDATES + word]!;
  }

  private get blockCount(): number {
    return Math.ceil(this.layout.shape.rows / SEED_ROWS);
  }

  /** Takes a step over all rows, in parts short enough to be interrupted. */
  private async inParts(
    step: number,
    workPerNumber: number,
    after?: () => void,
    args?: readonly number[],
  ): Promise<void> {
    const { rows } = this.layout.shape;
    const part = Math.ceil(STEP_WORK / (this.stride * workPerNumber) / SEED_ROWS) * SEED_ROWS;
    for (let from = 0; from < rows; from += part) {
      if (from > 0) await this.pause();
      this.run(step, from, Math.min(rows, from + part), ...(args ?? [this.worst, this.longest, this.magic]));
      after?.();
    }
  }

  private run(...command: readonly number[]): void {
    this.team.lane.command.set(command);
    this.team.step();
  }
}
