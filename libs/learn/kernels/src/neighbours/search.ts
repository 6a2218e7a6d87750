import { returnMemory, takeMemory } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import { buildKdTree } from './kd-tree.js';
import type { METRIC } from './kernels.js';
import { createLane, NOT_FITTING, type SearchLane, type SearchProgram } from './lane.js';
import { CHUNK_QUERIES, layOutSearch, type SearchLayout, type SearchMethod } from './layout.js';

/** Longest rounded training row: its square and twice its product with a query stay inside 32 bits. */
const LONGEST_ROW = 23_000;
const LONGEST_QUERY = 32_000;
/** Largest value times the scale: f64 then still holds 1e-5 of a unit. */
const MOST_SCALED = 2 ** 34;

/** What is searched and how. */
export interface NeighbourSearchOptions {
  readonly k: number;
  readonly metric: keyof typeof METRIC;
  readonly power: number;
  readonly method: SearchMethod;
  readonly leafSize: number;
}

/** Nearest rows, nearest first, k a query; of equal distances the lower row comes first. */
export interface Neighbours {
  readonly distances: Float64Array;
  readonly rows: Int32Array;
}

/** Workers of searches that nobody holds any more. */
const abandoned = new FinalizationRegistry<Team<SearchLane>>((team) => void team.stop());

/**
 * Exact nearest neighbours among fixed rows. Euclidean and cosine searches of many columns compare rows rounded to 16 bits,
 * with SIMD, and look again in f64 at all that might be among the k nearest in spite of rounding; others scan rows in f64 or
 * descend a KD tree. Queries are synchronous; further threads take part once `join` has started them.
 */
export class NeighbourSearch {
  private team: Team<SearchLane> | undefined;
  private starting: Promise<Team<SearchLane>> | undefined;
  private readonly lane: SearchLane;

  private constructor(
    private readonly memory: WebAssembly.Memory,
    private layout: SearchLayout,
  ) {
    this.lane = createLane({ memory, layout }, 0);
  }

  /** `x` is row-major `rows x cols`, all finite. Throws RangeError with the estimate when it needs more than 4 GB. */
  static over(x: Float32Array, cols: number, options: NeighbourSearchOptions, threads: number): NeighbourSearch {
    const rows = x.length / cols;
    const tree = options.method === 'tree' ? buildKdTree(x, rows, cols, options.leafSize) : undefined;
    const { metric, method, power } = options;
    const nodes = tree ? tree.nodes.length / 3 : 0;
    const layout = layOutSearch({ rows, cols, k: Math.min(options.k, rows), metric, power, method, nodes, threads });
    const memory = takeMemory(layout.bytes);
    new Uint8Array(memory.buffer).fill(0, layout.control, layout.control + CONTROL_BYTES);
    new Float32Array(memory.buffer, layout.x, x.length).set(x);
    const search = new NeighbourSearch(memory, layout);
    if (tree) {
      new Int32Array(memory.buffer, layout.order, rows).set(tree.order);
      new Int32Array(memory.buffer, layout.nodes, tree.nodes.length).set(tree.nodes);
      new Float32Array(memory.buffer, layout.boxes, tree.boxes.length).set(tree.boxes);
    }
    if (method === 'products') search.round(x);
    return search;
  }

  get threads(): number {
    return this.layout.shape.threads;
  }

  get k(): number {
    return this.layout.shape.k;
  }

  /** Starts the other threads. They do not keep the process alive and end when this search is no longer used. */
  async join(): Promise<void> {
    if (this.threads === 1) return;
    const program: SearchProgram = { memory: this.memory, layout: this.layout };
    this.starting ??= Team.start(new URL('./lane.js', import.meta.url), createLane, program, this.threads);
    const team = await this.starting;
    if (this.team === team) return;
    this.team = team;
    abandoned.register(this, team, this);
  }

  /** Ends the other threads and gives the memory back: nothing of this search may be used afterwards. */
  async close(): Promise<void> {
    abandoned.unregister(this);
    await (await this.starting)?.stop();
    returnMemory(this.memory);
  }

  /** The neighbours of `n` row-major queries. */
  nearest(queries: Float32Array, n: number): Neighbours {
    const { layout, memory } = this;
    const { cols, k } = layout.shape;
    const distances = new Float64Array(n * k);
    const rows = new Int32Array(n * k);
    const queue = new Int32Array(memory.buffer, layout.queue, 2);
    for (let first = 0; first < n; first += CHUNK_QUERIES) {
      const chunk = Math.min(CHUNK_QUERIES, n - first);
      const part = queries.subarray(first * cols, (first + chunk) * cols);
      new Float32Array(memory.buffer, layout.queries, chunk * cols).set(part);
      queue[0] = 0;
      queue[1] = chunk;
      // Waking other threads costs more than a few queries.
      if (this.team && chunk > layout.blockQueries) this.team.step();
      else this.lane.step();
      distances.set(new Float64Array(memory.buffer, layout.distances, chunk * k), first * k);
      rows.set(new Int32Array(memory.buffer, layout.neighbours, chunk * k), first * k);
    }
    finish(distances, layout.shape);
    return { distances, rows };
  }

  /** Rounds the training rows to 16 bits, as finely as the longest of them allows. */
  private round(x: Float32Array): void {
    const { layout, memory } = this;
    const { cols, metric, rows } = layout.shape;
    const centre = new Float64Array(memory.buffer, layout.centre, cols).fill(0);
    const rounding = new Float64Array(memory.buffer, layout.rounding, 8);
    const words = new Int32Array(memory.buffer);
    const cosine = metric === 'cosine';
    // Lengths of rows brought to length 1 are 1; of the others they are smallest around their mean.
    if (!cosine) for (let i = 0, at = 0; i < rows; i++) for (let j = 0; j < cols; j++) centre[j]! += x[at++]! / rows;
    let longest = 0;
    let largest = 0;
    let zeros = 0;
    for (let i = 0, at = 0; i < rows; i++) {
      let length = 0;
      for (let j = 0; j < cols; j++, at++) {
        length += (x[at]! - centre[j]!) ** 2;
        largest = Math.max(largest, Math.abs(x[at]!));
      }
      longest = Math.max(longest, Math.sqrt(length));
      if (cosine && length === 0) words[(layout.zeroRows >>> 2) + zeros++] = i;
    }
    // Of rows that are all but equal the f64 digits of their differences are noise, not to be taken for distances.
    const scale = cosine ? LONGEST_ROW : Math.min(LONGEST_ROW / longest, MOST_SCALED / largest, LONGEST_ROW);
    // Rounding may make a row a little longer; the limit is for rows before it.
    rounding[0] = scale;
    rounding[1] = LONGEST_ROW + 1;
    rounding[3] = LONGEST_QUERY;
    words[(layout.rounding >>> 2) + 8] = zeros;
    rounding[2] = this.lane.kernels.roundRows(
      ...([layout.x, rows, cols, layout.centre, scale, cosine ? 1 : 0] as const),
      ...([LONGEST_ROW + 1, 8, layout.panels, layout.norms] as const),
    );
    for (let i = 0; i < zeros; i++) words[(layout.norms >>> 2) + words[(layout.zeroRows >>> 2) + i]!] = NOT_FITTING;
  }
}

/** From what rows are compared by to distances. */
function finish(distances: Float64Array, { metric, power }: { metric: keyof typeof METRIC; power: number }): void {
  if (metric === 'euclidean') for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]!);
  if (metric === 'minkowski') for (let i = 0; i < distances.length; i++) distances[i] = distances[i]! ** (1 / power);
}
