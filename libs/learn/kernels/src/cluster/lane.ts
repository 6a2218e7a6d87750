import { loadKernels } from '../team/load-kernels.js';
import { Rendezvous } from '../team/rendezvous.js';
import { shareOf } from '../team/share.js';
import type { Lane } from '../team/team.js';
import type { ClusterKernels } from './kernels.js';
import { CANDIDATES, COMMAND_WORDS, type KMeansLayout, SEED_ROWS } from './layout.js';

/** The steps that all threads of a k-means engine take together, on the rows that the command's words 1 and 2 say. */
export const STEP = { quantise: 1, scan: 2, scanMoved: 3, scanList: 4, distances: 5, seed: 6 } as const;

/** One thread's part of a k-means engine. */
export class KMeansLane implements Lane {
  readonly kernels: ClusterKernels;
  readonly rendezvous: Rendezvous;
  readonly command: Float64Array;
  private readonly doubles: Float64Array;
  private readonly words: Int32Array;

  constructor(
    memory: WebAssembly.Memory,
    private readonly layout: KMeansLayout,
    private readonly thread: number,
  ) {
    this.kernels = loadKernels<ClusterKernels>(memory);
    this.rendezvous = new Rendezvous(memory, layout.control, layout.shape.threads);
    this.command = new Float64Array(memory.buffer, layout.command, COMMAND_WORDS);
    this.doubles = new Float64Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
  }

  /** Takes this thread's share of the step in the command block. */
  step(): void {
    const step = this.command[0];
    const first = this.command[1]!;
    const [from, to] = this.share(this.command[2]! - first);
    if (step === STEP.quantise) this.quantise(first + from, first + to);
    else if (step === STEP.scan || step === STEP.scanMoved) this.scan(first + from, first + to, step);
    else if (step === STEP.scanList) this.scanListed(this.layout.list + (first + from) * 4, to - from);
    else this.inBlocks(step!);
  }

  private quantise(from: number, to: number): void {
    const { rows, stride, quantised, scales, norms, errors } = this.layout;
    this.kernels.quantiseRows(from, to, rows, stride, quantised, scales, norms, errors);
  }

  private scan(from: number, to: number, step: number): void {
    const { list, labels, upper, lower, groups, moved, drift } = this.layout;
    const own = list + from * 4;
    let n = to - from;
    if (step === STEP.scan) this.kernels.listRows(from, to, own);
    else n = this.kernels.moveBounds(from, to, labels, upper, lower, groups, moved, drift, own);
    this.scanListed(own, n);
  }

  private scanListed(list: number, n: number): void {
    const l = this.layout;
    const [worst, longest, magic] = this.command.subarray(3, 6);
    const changed = this.kernels.scanRows(
      ...([list, n, l.rows, l.quantised, l.stride, l.scales, l.norms, l.errors] as const),
      ...([l.centreSlots, l.centres, l.packed, l.centreScales, l.centreSquares, worst!, longest!] as const),
      ...([l.groups, l.scores + this.thread * l.centreSlots * 8, l.labels, l.before, l.upper, l.lower] as const),
    );
    const sums = l.sums + this.thread * l.sumBytes;
    const totals = sums + l.shape.clusters * l.stride * 8;
    this.kernels.moveRows(list, changed, l.rows, l.stride, l.before, l.labels, l.weights, magic!, sums, totals);
    this.words[(l.counts >>> 2) + this.thread * 2] = n;
    this.words[(l.counts >>> 2) + this.thread * 2 + 1] = changed;
  }

  /** Steps whose f64 sums are kept for each block of rows. The command's rows begin with a block. */
  private inBlocks(step: number): void {
    const { rows, stride, labels, weights, centres, closest, distances, partials } = this.layout;
    const n = this.layout.shape.rows;
    const firstBlock = this.command[1]! / SEED_ROWS;
    const [first, last] = this.share(Math.ceil(this.command[2]! / SEED_ROWS) - firstBlock);
    for (let block = firstBlock + first; block < firstBlock + last; block++) {
      const from = block * SEED_ROWS;
      const to = Math.min(n, from + SEED_ROWS);
      const out = partials + block * CANDIDATES * 8;
      if (step === STEP.distances) {
        const sum = this.kernels.ownDistances(from, to, rows, stride, labels, centres, weights, closest);
        this.doubles[out >>> 3] = sum;
        continue;
      }
      const [a, b, c, d] = this.command.subarray(3, 7);
      this.kernels.seedDistances(
        ...([from, to, n, rows, stride, a!, b!, c!, d!] as const),
        ...([weights, closest, distances, out] as const),
      );
    }
  }

  private share(n: number): readonly [number, number] {
    return shareOf(n, this.thread, this.layout.shape.threads);
  }
}

/** What each thread of a k-means team is given. */
export interface KMeansProgram {
  readonly memory: WebAssembly.Memory;
  readonly layout: KMeansLayout;
}

export function createLane({ memory, layout }: KMeansProgram, thread: number): KMeansLane {
  return new KMeansLane(memory, layout, thread);
}
