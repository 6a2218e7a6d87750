import { type Forest, NODE_FLAG } from './forest.js';

/** How a node sends rows to its children. */
export interface NodeSplit {
  /** Column of the matrix. */
  readonly column: number;
  readonly gain: number;
  /** Numeric: values up to this one go left. */
  readonly threshold: number;
  readonly missingLeft: boolean;
  /** Categorical: the bins that go left, 256 bits. */
  readonly set?: Uint8Array;
}

/** Collects trees node by node. */
export class ForestBuilder {
  private readonly roots: number[] = [];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly flag: number[] = [];
  private readonly value: number[] = [];
  private readonly gain: number[] = [];
  private readonly cover: number[] = [];
  private readonly sets: number[] = [];

  /** Sets before each tree. */
  private readonly firstSets: number[] = [];

  constructor(
    private readonly init: Float64Array,
    private readonly categories: Pick<Forest, 'categoryStart' | 'categoryBins'>,
  ) {}

  /** Appends the trees of a forest over the same columns. */
  append({ roots, feature, threshold, left, flag, value, gain, cover, sets }: Forest): void {
    const node = this.feature.length;
    const set = this.sets.length / 8;
    let next = set;
    for (let i = 0, tree = 0; i < feature.length; i++) {
      if (roots[tree] === i) {
        tree++;
        this.roots.push(node + i);
        this.firstSets.push(next);
      }
      const categorical = flag[i] === NODE_FLAG.categorical;
      if (categorical) next++;
      this.feature.push(feature[i]!);
      this.threshold.push(threshold[i]! + (categorical ? set : 0));
      this.left.push(feature[i]! < 0 ? 0 : left[i]! + node);
      this.flag.push(flag[i]!);
      this.value.push(value[i]!);
      this.gain.push(gain[i]!);
      this.cover.push(cover[i]!);
    }
    for (const word of sets) this.sets.push(word);
  }

  get trees(): number {
    return this.roots.length;
  }

  /** Begins a tree of one leaf; returns its node. */
  root(): number {
    this.roots.push(this.feature.length);
    this.firstSets.push(this.sets.length / 8);
    return this.leaf();
  }

  /** Turns a leaf into a split; returns its left child, which the right child follows. */
  split(node: number, { column, gain, threshold, missingLeft, set }: NodeSplit): number {
    this.feature[node] = column;
    this.gain[node] = gain;
    this.threshold[node] = set === undefined ? threshold : this.sets.length / 8;
    this.flag[node] = missingLeft ? NODE_FLAG.missingLeft : NODE_FLAG.missingRight;
    if (set !== undefined) {
      this.flag[node] = NODE_FLAG.categorical;
      for (let i = 0; i < 32; i += 4) {
        this.sets.push((set[i]! | (set[i + 1]! << 8) | (set[i + 2]! << 16) | (set[i + 3]! << 24)) >>> 0);
      }
    }
    const left = this.leaf();
    this.leaf();
    this.left[node] = left;
    return left;
  }

  setLeaf(node: number, value: number, cover: number): void {
    this.value[node] = value;
    this.cover[node] = cover;
  }

  /** Ends the last tree: a split's cover is the sum of its children's. */
  endTree(): void {
    for (let node = this.feature.length - 1; node >= this.roots.at(-1)!; node--) {
      if (this.feature[node]! < 0) continue;
      const left = this.left[node]!;
      this.cover[node] = this.cover[left]! + this.cover[left + 1]!;
    }
  }

  /** The trees [first, end) as flat arrays; default: all. */
  build(first = 0, end = this.roots.length): Forest {
    const from = this.roots[first] ?? this.feature.length;
    const to = this.roots[end] ?? this.feature.length;
    const firstSet = this.firstSets[first] ?? this.sets.length / 8;
    const lastSet = this.firstSets[end] ?? this.sets.length / 8;
    const feature = Int32Array.from(this.feature.slice(from, to));
    const flag = Uint8Array.from(this.flag.slice(from, to));
    const threshold = Float32Array.from(this.threshold.slice(from, to));
    flag.forEach((f, i) => {
      if (f === NODE_FLAG.categorical) threshold[i]! -= firstSet;
    });
    return {
      outputs: this.init.length,
      init: this.init,
      roots: Int32Array.from(this.roots.slice(first, end), (root) => root - from),
      feature,
      threshold,
      left: Int32Array.from(this.left.slice(from, to), (left, i) => (feature[i]! < 0 ? 0 : left - from)),
      flag,
      value: Float32Array.from(this.value.slice(from, to)),
      gain: Float32Array.from(this.gain.slice(from, to)),
      cover: Float32Array.from(this.cover.slice(from, to)),
      sets: Uint32Array.from(this.sets.slice(firstSet * 8, lastSet * 8)),
      ...this.categories,
    };
  }

  private leaf(): number {
    this.feature.push(-1);
    for (const array of [this.threshold, this.left, this.flag, this.value, this.gain, this.cover]) array.push(0);
    return this.feature.length - 1;
  }
}
