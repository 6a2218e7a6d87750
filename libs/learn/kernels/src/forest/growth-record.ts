/** The words (i32, u32) of the class Growth in src/assembly/forest/growth.ts, in its order, up to `minDecrease`. */
const WORDS = [
  ...['kind', 'rows', 'features', 'classes', 'maxFeatures', 'maxDepth', 'minSamplesSplit', 'minSamplesLeaf'],
  ...['draws', 'random', 'balanced', 'partBits', 'byRow', 'byColumn', 'bins', 'lows', 'highs'],
  ...[
    'middles',
    'targets',
    'weights',
    'entries',
    'spare',
    'codes',
    'block',
    'blockValues',
    'blockRows',
    'histogram',
    'counts',
    'occupied',
  ],
  ...['node', 'left', 'best', 'order', 'stack', 'nodes', 'vectors'],
] as const;
const MIN_DECREASE_BYTE = 144;
/** The first words after `minDecrease`. */
const STATE = { nodeCount: 40, vectorCount: 41 } as const;

export const GROWTH_BYTES = 256;

export type GrowthSettings = Readonly<Record<(typeof WORDS)[number] | 'minDecrease', number>>;

/** One thread's growth record in shared memory. */
export class GrowthRecord {
  private readonly words: Uint32Array;

  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly address: number,
  ) {
    this.words = new Uint32Array(memory.buffer, address, GROWTH_BYTES / 4);
  }

  write(settings: GrowthSettings): void {
    WORDS.forEach((name, i) => {
      this.words[i] = settings[name];
    });
    new Float64Array(this.memory.buffer, this.address + MIN_DECREASE_BYTE, 1)[0] = settings.minDecrease;
  }

  get nodeCount(): number {
    return this.words[STATE.nodeCount]!;
  }

  get vectorCount(): number {
    return this.words[STATE.vectorCount]!;
  }

  /** Where the tree's nodes and vectors are written. */
  moveTo(nodes: number, vectors: number): void {
    this.words[WORDS.indexOf('nodes')] = nodes;
    this.words[WORDS.indexOf('vectors')] = vectors;
  }
}
