import { invalid, unsupported } from '../invalid.js';
import type { Tree } from '../trees/tree.js';
import { fromBits } from './category-bits.js';
import { DECISION } from './tree-block.js';

const MISSING = { none: 0, zero: 1, nan: 2 } as const;
/** LightGBM takes values this near to zero for zero. */
const ZERO = Math.fround(1e-35);

interface Block {
  readonly text: ReadonlyMap<string, string>;
  numbers(name: string, length: number): number[];
}

/** C++ writes `inf` where JavaScript reads `Infinity`. */
const numberOf = (text: string): number => Number(text.replace(/^(-?)inf(inity)?$/i, '$1Infinity'));

function blockOf(fields: ReadonlyMap<string, string>, tree: number): Block {
  return {
    text: fields,
    numbers: (name, length) => {
      const text = fields.get(name) ?? '';
      const values = text === '' ? [] : text.split(' ').map(numberOf);
      if (values.length !== length || values.some(Number.isNaN)) {
        throw invalid('LightGBM', `tree ${tree} needs ${length} numbers as ${name}`);
      }
      return values;
    },
  };
}

/** Reads the fields of one tree. Throws ARTIFACT_INVALID, OPTION_UNSUPPORTED (linear trees). */
export function readTree(fields: ReadonlyMap<string, string>, tree: number, columns: number): Tree {
  const block = blockOf(fields, tree);
  if ((fields.get('is_linear') ?? '0') !== '0') throw unsupported('LightGBM', 'has linear trees');
  const leaves = Number(fields.get('num_leaves'));
  if (!(Number.isInteger(leaves) && leaves > 0)) throw invalid('LightGBM', `tree ${tree} has no num_leaves`);
  const value = block.numbers('leaf_value', leaves);
  if (leaves === 1) return { kind: 'leaf', value: value[0]!, cover: 0 };
  const splits = leaves - 1;
  const covers = (name: string, count: number) =>
    fields.get(name) ? block.numbers(name, count) : new Array<number>(count).fill(0);
  const categories = Number(fields.get('num_cat') ?? 0);
  const boundaries = categories > 0 ? block.numbers('cat_boundaries', categories + 1) : [0];
  const words = categories > 0 ? block.numbers('cat_threshold', boundaries.at(-1)!) : [];
  const reader = new TreeReader({
    tree,
    columns,
    feature: block.numbers('split_feature', splits),
    gain: covers('split_gain', splits),
    threshold: block.numbers('threshold', splits),
    decision: block.numbers('decision_type', splits),
    left: block.numbers('left_child', splits),
    right: block.numbers('right_child', splits),
    value,
    leafCover: covers('leaf_weight', leaves),
    cover: covers('internal_weight', splits),
    sets: Array.from({ length: categories }, (_, s) => fromBits(words.slice(boundaries[s], boundaries[s + 1]))),
  });
  return reader.read(0);
}

interface Columns {
  readonly tree: number;
  readonly columns: number;
  readonly feature: readonly number[];
  readonly gain: readonly number[];
  readonly threshold: readonly number[];
  readonly decision: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
  readonly leafCover: readonly number[];
  readonly cover: readonly number[];
  readonly sets: readonly (readonly number[])[];
}

class TreeReader {
  private readonly seen = new Set<number>();

  constructor(private readonly from: Columns) {}

  read(node: number): Tree {
    const { tree, columns, feature, gain, threshold, decision, left, right, value, leafCover, cover, sets } = this.from;
    if (node < 0 && ~node < value.length) return { kind: 'leaf', value: value[~node]!, cover: leafCover[~node]! };
    const column = feature[node] ?? -1;
    if (this.seen.has(node) || !(Number.isInteger(column) && column >= 0 && column < columns)) {
      throw invalid('LightGBM', `tree ${tree} has a wrong node ${node}`);
    }
    this.seen.add(node);
    const children = { left: this.read(left[node]!), right: this.read(right[node]!) };
    const shared = { column, gain: gain[node]!, cover: cover[node]!, ...children };
    if (decision[node]! & DECISION.categorical) {
      const codes = sets[threshold[node]!];
      if (codes === undefined) throw invalid('LightGBM', `tree ${tree} has no categories for node ${node}`);
      return { kind: 'category', ...shared, codes, missingLeft: false };
    }
    const defaultLeft = (decision[node]! & DECISION.defaultLeft) !== 0;
    const missing = (decision[node]! >> 2) & 3;
    const limit = threshold[node]!;
    // Without a missing type, LightGBM takes NaN for 0.
    if (missing === MISSING.none) return { kind: 'numeric', ...shared, threshold: limit, missingLeft: 0 <= limit };
    const plain = { kind: 'numeric', ...shared, threshold: limit, missingLeft: defaultLeft } as const;
    return missing === MISSING.zero && 0 <= limit !== defaultLeft ? zeroIsMissing(plain) : plain;
  }
}

/** Zeros go where missing values go, against what the threshold says of them: three splits say it. */
function zeroIsMissing(split: Extract<Tree, { kind: 'numeric' }>): Tree {
  const { left, right, missingLeft } = split;
  if (missingLeft) {
    // threshold < 0: up to it left, then right, but zeros left.
    const zeros: Tree = { ...split, threshold: ZERO, left, right };
    return { ...split, right: { ...split, threshold: -ZERO, left: right, right: zeros } };
  }
  // threshold >= 0: up to it left, but zeros right.
  const zeros: Tree = { ...split, threshold: ZERO, left: right, right: { ...split } };
  return { ...split, threshold: -ZERO, left, right: zeros };
}
