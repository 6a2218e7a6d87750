import { returnMemory, takeMemory } from '../team/memory.js';
import { CONTROL_BYTES } from '../team/rendezvous.js';
import { Team } from '../team/team.js';
import { createLane, FOREST_STEP, type ForestLane } from './lane.js';
import { type ForestLayout, type ForestShape, layOutForest, NODE_BYTES } from './layout.js';

/** A tree as the kernel leaves it: eight words a node (src/assembly/forest/grow.ts), and shares of the classes for leaves that are not pure. */
export interface GrownTree {
  readonly tree: number;
  readonly words: Int32Array;
  readonly floats: Float32Array;
  readonly vectors: Float32Array;
}

/**
 * Grows the trees of a random forest (Breiman, 2001) or of extremely randomized trees over binned rows, in WASM, each tree on
 * one thread. A tree depends on its seed alone. The caller writes targets, weights, tables of bins and seeds, bins the rows,
 * then takes steps of some milliseconds until all trees have come.
 */
export class ForestEngine {
  /** Class index or centred target of each row. */
  readonly targets: Float64Array;
  /** Weight of each row, above 0; empty for the kind `counts`. */
  readonly weights: Float64Array;
  /** 256 ascending cuts a feature, padded with infinity. */
  readonly cuts: Float32Array;
  /** Bins of each feature, the missing bin 0 included. */
  readonly bins: Int32Array;
  /** Columns to be sorted; before rows are coded. */
  readonly unsorted: Float32Array;
  /** Rows to be coded. */
  readonly staging: Float32Array;
  /** How many values of each staged column are not missing. */
  readonly present: Int32Array;
  /** One a tree; not 0. */
  readonly seeds: Uint32Array;
  private readonly buffer: ArrayBufferLike;
  private readonly sampleCounts: Uint32Array;

  private constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly layout: ForestLayout,
    private readonly team: Team<ForestLane>,
  ) {
    const { buffer } = memory;
    const { shape } = layout;
    this.buffer = buffer;
    this.targets = new Float64Array(buffer, layout.targets, shape.rows);
    this.weights = new Float64Array(buffer, layout.weights, shape.kind === 'counts' ? 0 : shape.rows);
    this.cuts = new Float32Array(buffer, layout.cuts, shape.features * 256);
    this.bins = new Int32Array(buffer, layout.bins, shape.features);
    this.unsorted = new Float32Array(buffer, layout.byRow, Math.floor(layout.sortBytes / 4));
    this.staging = new Float32Array(buffer, layout.staging, Math.floor(layout.stagingBytes / 4));
    this.present = new Int32Array(buffer, layout.present, shape.features);
    this.seeds = new Uint32Array(buffer, layout.seeds, shape.trees);
    this.sampleCounts = new Uint32Array(buffer, layout.sample, shape.rows);
  }

  /** Starts the threads. Rejects with RangeError when the shape needs more memory than there is. */
  static async create(shape: ForestShape): Promise<ForestEngine> {
    const layout = layOutForest(shape);
    const memory = takeMemory(layout.bytes);
    new Uint8Array(memory.buffer, layout.control, CONTROL_BYTES).fill(0);
    new Int32Array(memory.buffer, layout.begun, 1)[0] = 0;
    const program = { memory, layout };
    const team = await Team.start(new URL('./lane.js', import.meta.url), createLane, program, shape.threads);
    return new ForestEngine(memory, layout, team);
  }

  /** Sorts `count` columns of `rows` values that lie one after the other in `unsorted`; returns them sorted. */
  sortColumns(count: number, rows: number): Float32Array {
    this.step(FOREST_STEP.sort, count, rows);
    return this.unsorted.subarray(count * rows, 2 * count * rows);
  }

  /** Finds what values the bins of the columns [first, first + count) hold, which have just been sorted and whose cuts are set. */
  divideBins(first: number, count: number, rows: number): void {
    this.step(FOREST_STEP.divide, first, count, rows);
  }

  /** Codes the rows [first, first + rows), which lie in `staging`. */
  codeBlock(first: number, rows: number): void {
    this.step(FOREST_STEP.code, first, rows);
  }

  /** Leaves out the trees before `tree`, before the first step of growth. */
  skipTo(tree: number): void {
    new Int32Array(this.buffer, this.layout.begun, 1)[0] = tree;
  }

  /**
   * Grows for some milliseconds on all threads; returns the trees that were finished, in no particular order, as they lie in the
   * memory until the next step.
   */
  grow(): GrownTree[] {
    this.step(FOREST_STEP.grow);
    const trees: GrownTree[] = [];
    const vectorBytes = this.layout.shape.classes * 4;
    this.layout.lists.forEach((address, thread) => {
      const list = new Int32Array(this.buffer, address);
      let vectorsBefore = 0;
      for (let i = 0; i < list[0]!; i++) {
        const [tree, nodesBefore, nodes, vectorCount] = list.subarray(4 + 4 * i, 8 + 4 * i) as unknown as number[];
        const at = this.layout.nodes[thread]! + nodesBefore! * NODE_BYTES;
        const words = new Int32Array(this.buffer, at, nodes! * 8);
        const floats = new Float32Array(this.buffer, at, nodes! * 8);
        const from = this.layout.vectors[thread]! + vectorsBefore * vectorBytes;
        const vectors = new Float32Array(this.buffer, from, (vectorCount! * vectorBytes) / 4);
        vectorsBefore += vectorCount!;
        trees.push({ tree: tree!, words, floats, vectors });
      }
    });
    return trees;
  }

  /** How often each row is in the sample that a tree of this seed is grown on; the next call overwrites it. */
  sample(seed: number): Uint32Array {
    const { rows, draws } = this.layout.shape;
    this.team.lane.kernels.sampleRows(seed, rows, draws, this.layout.sample);
    return this.sampleCounts;
  }

  /** Ends the threads and gives the memory back. */
  async close(): Promise<void> {
    await this.team.stop();
    returnMemory(this.memory);
  }

  private step(step: number, a = 0, b = 0, c = 0): void {
    this.team.lane.command.set([step, a, b, c]);
    this.team.step();
  }
}
