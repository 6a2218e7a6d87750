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

const NODE_ARRAYS = ['feature', 'threshold', 'left', 'flag', 'value', 'gain', 'cover'] as const;
const SET_WORDS = 8;

type Growable = Int32Array | Float32Array | Uint8Array | Uint32Array;

/** The array, or a copy twice as long with room for `length` entries. */
function withRoom<T extends Growable>(array: T, length: number): T {
  if (length <= array.length) return array;
  const longer = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}

/** Collects trees node by node in typed arrays that grow by doubling, so that trees can be scored while more are grown. */
export class ForestBuilder {
  private live: Forest;
  private nodes = 0;
  private treeCount = 0;
  private setCount = 0;
  /** Sets before each tree. */
  private firstSets = new Int32Array(16);

  constructor(init: Float64Array, categories: Pick<Forest, 'categoryStart' | 'categoryBins'>) {
    this.live = {
      outputs: init.length,
      init,
      roots: new Int32Array(16),
      feature: new Int32Array(256),
      threshold: new Float32Array(256),
      left: new Int32Array(256),
      flag: new Uint8Array(256),
      value: new Float32Array(256),
      gain: new Float32Array(256),
      cover: new Float32Array(256),
      sets: new Uint32Array(64),
      ...categories,
    };
  }

  get trees(): number {
    return this.treeCount;
  }

  /** All trees so far, in arrays longer than they need: for scoring by tree number, until the next tree is begun. */
  get forest(): Forest {
    return this.live;
  }

  /** Appends the trees of a forest over the same columns. */
  append({ roots, feature, threshold, left, flag, value, gain, cover, sets }: Forest): void {
    const [firstNode, firstSet] = [this.nodes, this.setCount];
    let set = firstSet;
    for (let i = 0, tree = 0; i < feature.length; i++) {
      if (roots[tree] === i) {
        tree++;
        this.beginTree(set);
      }
      const node = this.leaf();
      const categorical = flag[i] === NODE_FLAG.categorical;
      if (categorical) set++;
      const { live } = this;
      live.feature[node] = feature[i]!;
      live.threshold[node] = threshold[i]! + (categorical ? firstSet : 0);
      live.left[node] = feature[i]! < 0 ? 0 : left[i]! + firstNode;
      live.flag[node] = flag[i]!;
      live.value[node] = value[i]!;
      live.gain[node] = gain[i]!;
      live.cover[node] = cover[i]!;
    }
    this.setCount += sets.length / SET_WORDS;
    const words = withRoom(this.live.sets, this.setCount * SET_WORDS);
    words.set(sets, firstSet * SET_WORDS);
    this.live = { ...this.live, sets: words };
  }

  /** Begins a tree of one leaf; returns its node. */
  root(): number {
    this.beginTree(this.setCount);
    return this.leaf();
  }

  /** Turns a leaf into a split; returns its left child, which the right child follows. */
  split(node: number, { column, gain, threshold, missingLeft, set }: NodeSplit): number {
    const left = this.leaf();
    this.leaf();
    const { live } = this;
    live.feature[node] = column;
    live.gain[node] = gain;
    live.left[node] = left;
    live.threshold[node] = set === undefined ? threshold : this.setCount;
    live.flag[node] = missingLeft ? NODE_FLAG.missingLeft : NODE_FLAG.missingRight;
    if (set !== undefined) {
      live.flag[node] = NODE_FLAG.categorical;
      this.addSet(set);
    }
    return left;
  }

  setLeaf(node: number, value: number, cover: number): void {
    this.live.value[node] = value;
    this.live.cover[node] = cover;
  }

  /** Ends the last tree: a split's cover is the sum of its children's. */
  endTree(): void {
    const { feature, left, cover, roots } = this.live;
    for (let node = this.nodes - 1; node >= roots[this.treeCount - 1]!; node--) {
      if (feature[node]! < 0) continue;
      cover[node] = cover[left[node]!]! + cover[left[node]! + 1]!;
    }
  }

  /** Multiplies the values of a tree's leaves. */
  scale(tree: number, factor: number): void {
    const end = tree + 1 < this.treeCount ? this.live.roots[tree + 1]! : this.nodes;
    for (let node = this.live.roots[tree]!; node < end; node++) this.live.value[node]! *= factor;
  }

  /** A copy of the values of all nodes. */
  values(): Float32Array {
    return this.live.value.slice(0, this.nodes);
  }

  /** The trees [first, end) as arrays of their own; default: all. */
  build(first = 0, end = this.treeCount): Forest {
    const { live } = this;
    const from = first < this.treeCount ? live.roots[first]! : this.nodes;
    const to = end < this.treeCount ? live.roots[end]! : this.nodes;
    const firstSet = first < this.treeCount ? this.firstSets[first]! : this.setCount;
    const endSet = end < this.treeCount ? this.firstSets[end]! : this.setCount;
    const forest = {
      ...live,
      roots: live.roots.slice(first, end).map((root) => root - from),
      sets: live.sets.slice(firstSet * SET_WORDS, endSet * SET_WORDS),
      ...Object.fromEntries(NODE_ARRAYS.map((name) => [name, live[name].slice(from, to)])),
    } as Forest;
    for (let i = 0; i < to - from; i++) {
      if (forest.feature[i]! >= 0) forest.left[i]! -= from;
      if (forest.flag[i] === NODE_FLAG.categorical) forest.threshold[i]! -= firstSet;
    }
    return forest;
  }

  private beginTree(firstSet: number): void {
    const tree = this.treeCount++;
    if (this.treeCount > this.live.roots.length) {
      this.live = { ...this.live, roots: withRoom(this.live.roots, this.treeCount) };
      this.firstSets = withRoom(this.firstSets, this.treeCount);
    }
    this.live.roots[tree] = this.nodes;
    this.firstSets[tree] = firstSet;
  }

  private addSet(set: Uint8Array): void {
    const at = this.setCount++ * SET_WORDS;
    const sets = withRoom(this.live.sets, at + SET_WORDS);
    if (sets !== this.live.sets) this.live = { ...this.live, sets };
    for (let i = 0; i < SET_WORDS; i++) {
      const byte = (k: number): number => set[i * 4 + k]! << (8 * k);
      sets[at + i] = (byte(0) | byte(1) | byte(2) | byte(3)) >>> 0;
    }
  }

  /** Adds a leaf; returns its node. */
  private leaf(): number {
    const node = this.nodes++;
    if (this.nodes > this.live.feature.length) {
      const longer = NODE_ARRAYS.map((name) => [name, withRoom(this.live[name], this.nodes)]);
      this.live = { ...this.live, ...Object.fromEntries(longer) };
    }
    this.live.feature[node] = -1;
    return node;
  }
}
