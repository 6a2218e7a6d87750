import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import type { Lane } from '../team/team.js';
import { METRIC, type NeighbourKernels } from './kernels.js';
import { type SearchLayout, STATE_BYTES } from './layout.js';

/** The largest i32 marks rows that do not fit into 16 bits; keys of all others lie below. */
export const NOT_FITTING = 2 ** 31 - 1;

/** One thread's part of a search: takes blocks of queries until none is left. */
export class SearchLane implements Lane {
  readonly kernels: NeighbourKernels;
  readonly rendezvous: Rendezvous;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly scratch: number;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: SearchLayout,
    thread: number,
  ) {
    this.kernels = loadKernels<NeighbourKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.words = new Int32Array(memory.buffer);
    this.doubles = new Float64Array(memory.buffer);
    this.scratch = layout.scratch + thread * layout.scratchBytes;
  }

  step(): void {
    const { blockQueries, queue, shape } = this.layout;
    const total = this.words[(queue >>> 2) + 1]!;
    for (;;) {
      const first = Atomics.add(this.words, queue >>> 2, 1) * blockQueries;
      if (first >= total) return;
      const n = Math.min(blockQueries, total - first);
      if (shape.method === 'products') this.byProducts(first, n);
      else for (let i = first; i < first + n; i++) this.byRows(i);
    }
  }

  /** One query by the tree or by all rows. */
  private byRows(i: number): void {
    const { kernels, layout } = this;
    const { cols, k, metric, method, power, rows } = layout.shape;
    const query = layout.queries + i * cols * 4;
    const [distances, neighbours] = this.resultOf(i);
    const rest = [METRIC[metric], power, distances, neighbours] as const;
    const size =
      method === 'tree'
        ? kernels.searchTree(query, layout.x, cols, layout.order, layout.nodes, layout.boxes, this.scratch, ...rest, k)
        : kernels.scanNeighbours(query, layout.x, cols, 0, 0, rows, ...rest, 0, k);
    kernels.sortNearest(distances, neighbours, size);
  }

  private byProducts(first: number, n: number): void {
    const { kernels, layout } = this;
    const { cols, k, metric, rows } = layout.shape;
    const panels = this.scratch + 1024;
    const norms = panels + layout.blockQueries * Math.ceil(cols / 2) * 4;
    const states = norms + layout.blockQueries * 4;
    const candidates = Math.ceil((states + layout.blockQueries * STATE_BYTES) / 8) * 8;
    const room = (Math.ceil(rows / 8) * 8 + 8) * 8;
    const [scale, , rowError] = this.doubles.subarray(layout.rounding >>> 3);
    const queries = layout.queries + first * cols * 4;
    const error = kernels.roundRows(
      ...([queries, n, cols, layout.centre, scale!, metric === 'cosine' ? 1 : 0] as const),
      ...([this.doubles[(layout.rounding >>> 3) + 3]!, 4, panels, norms] as const),
    );
    // Both distances of a comparison may be off by both errors; a hair more for the rounding of this sum itself.
    const slack = 2 * (error + rowError!) * 1.000001 + 1e-3;
    const padded = Math.ceil(n / 4) * 4;
    for (let i = 0; i < padded; i++) {
      const state = states + i * STATE_BYTES;
      const norm = this.words[(norms >>> 2) + i]!;
      // Queries that do not fit, and spare ones, collect nothing.
      this.words[state >>> 2] = norm === NOT_FITTING ? -NOT_FITTING : NOT_FITTING - 1;
      this.words[(state >>> 2) + 1] = 0;
      this.words[(state >>> 2) + 2] = Math.max(4 * k, 128);
      this.words[(state >>> 2) + 3] = norm;
      this.doubles[(state >>> 3) + 2] = slack;
      this.words[(state >>> 2) + 6] = candidates + i * room;
    }
    const count = Math.ceil(rows / 8);
    kernels.collectCandidates(panels, padded / 4, cols, layout.panels, layout.norms, count, states, k);
    for (let i = 0; i < n; i++) {
      if (this.words[(norms >>> 2) + i] === NOT_FITTING) this.scanAll(first + i);
      else this.rank(first + i, states + i * STATE_BYTES, slack);
    }
  }

  private scanAll(i: number): void {
    const { cols, metric, power, rows, k } = this.layout.shape;
    const [distances, neighbours] = this.resultOf(i);
    const query = this.layout.queries + i * cols * 4;
    const rest = [METRIC[metric], power, distances, neighbours] as const;
    this.kernels.sortNearest(
      distances,
      neighbours,
      this.kernels.scanNeighbours(query, this.layout.x, cols, 0, 0, rows, ...rest, 0, k),
    );
  }

  /** Compares the candidates of a query exactly. */
  private rank(i: number, state: number, slack: number): void {
    const { kernels, layout, words } = this;
    const { cols, k, metric, power } = layout.shape;
    const at = words[(state >>> 2) + 6]! >>> 0;
    const count = kernels.pruneCandidates(at, words[(state >>> 2) + 1]!, k, words[(state >>> 2) + 3]!, slack, state);
    // The rows alone, in place of the (key, row) pairs.
    for (let c = 0; c < count; c++) words[(at >>> 2) + c] = words[(at >>> 2) + 2 * c + 1]!;
    const [distances, neighbours] = this.resultOf(i);
    const query = layout.queries + i * cols * 4;
    const rest = [METRIC[metric], power, distances, neighbours] as const;
    let size = kernels.scanNeighbours(query, layout.x, cols, at, 0, count, ...rest, 0, k);
    if (metric === 'cosine') {
      // Rows of length 0 are at distance 1 from everything, which no product of lengths tells.
      const zeros = words[(layout.rounding >>> 2) + 8]!;
      size = kernels.scanNeighbours(query, layout.x, cols, layout.zeroRows, 0, zeros, ...rest, size, k);
    }
    kernels.sortNearest(distances, neighbours, size);
  }

  private resultOf(i: number): readonly [number, number] {
    const { distances, neighbours, shape } = this.layout;
    return [distances + i * shape.k * 8, neighbours + i * shape.k * 4];
  }
}

/** What each thread of the team is given. */
export interface SearchProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: SearchLayout;
}

export function createLane({ memory, layout }: SearchProgram, thread: number): SearchLane {
  return new SearchLane(memory, layout, thread);
}
