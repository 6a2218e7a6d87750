import { invalid, unsupported } from '../invalid.js';
import { nextDown } from '../trees/float32.js';
import type { Tree } from '../trees/tree.js';

type Fields = Readonly<Record<string, unknown>>;

/** Reads one tree. Throws ARTIFACT_INVALID, OPTION_UNSUPPORTED (vector leaves). */
export function readTree(fields: Fields, tree: number, columns: number): Tree {
  if (typeof fields !== 'object' || fields === null) throw invalid('XGBoost', `tree ${tree} is no object`);
  const leafSize = Number((fields.tree_param as Fields | undefined)?.size_leaf_vector ?? 1);
  if (leafSize > 1) throw unsupported('XGBoost', 'has leaves of several values (multi_output_tree)');
  return new TreeReader(fields, tree, columns).read(0);
}

class TreeReader {
  private readonly left: readonly number[];
  private readonly right: readonly number[];
  private readonly feature: readonly number[];
  private readonly condition: readonly number[];
  private readonly defaultLeft: readonly number[];
  private readonly gain: readonly number[];
  private readonly cover: readonly number[];
  private readonly sets: ReadonlyMap<number, readonly number[]>;
  private readonly seen = new Set<number>();

  constructor(
    private readonly fields: Fields,
    private readonly tree: number,
    private readonly columns: number,
  ) {
    this.left = this.numbers('left_children');
    const nodes = this.left.length;
    this.right = this.numbers('right_children', nodes);
    this.feature = this.numbers('split_indices', nodes);
    this.condition = this.numbers('split_conditions', nodes);
    this.defaultLeft = this.numbers('default_left', nodes);
    this.gain = this.numbers('loss_changes', nodes);
    this.cover = this.numbers('sum_hessian', nodes);
    this.sets = this.readSets();
  }

  read(node: number): Tree {
    if (!(Number.isInteger(node) && node >= 0 && node < this.left.length) || this.seen.has(node))
      throw this.wrong(node);
    this.seen.add(node);
    const cover = this.cover[node]!;
    const condition = this.condition[node]!;
    if (this.left[node] === -1) return { kind: 'leaf', value: condition, cover };
    const column = this.feature[node]!;
    if (!(Number.isInteger(column) && column >= 0 && column < this.columns)) throw this.wrong(node);
    const [left, right] = [this.read(this.left[node]!), this.read(this.right[node]!)];
    const shared = { column, gain: this.gain[node]!, cover };
    const defaultLeft = this.defaultLeft[node] !== 0;
    const codes = this.sets.get(node);
    if (codes === undefined) {
      const threshold = nextDown(Math.fround(condition));
      return { kind: 'numeric', ...shared, threshold, missingLeft: defaultLeft, left, right };
    }
    // XGBoost sends the categories of a set right and all others left.
    return { kind: 'category', ...shared, codes, missingLeft: !defaultLeft, left: right, right: left };
  }

  private readSets(): Map<number, number[]> {
    if (this.fields.categories_nodes === undefined) return new Map();
    const codes = this.numbers('categories');
    const nodes = this.numbers('categories_nodes');
    const segments = this.numbers('categories_segments', nodes.length);
    const sizes = this.numbers('categories_sizes', nodes.length);
    if (codes.some((code) => !Number.isInteger(code) || code < 0)) throw invalid('XGBoost', 'it has a wrong category');
    return new Map(nodes.map((node, s) => [node, codes.slice(segments[s]!, segments[s]! + sizes[s]!)]));
  }

  private numbers(name: string, length?: number): number[] {
    const list = this.fields[name];
    if (!Array.isArray(list) || (length !== undefined && list.length !== length)) {
      throw invalid('XGBoost', `tree ${this.tree} needs ${length ?? 'a list of'} numbers as ${name}`);
    }
    const numbers = list.map(Number);
    if (numbers.some(Number.isNaN)) throw invalid('XGBoost', `${name} of tree ${this.tree} holds no numbers`);
    return numbers;
  }

  private wrong(node: number): Error {
    return invalid('XGBoost', `tree ${this.tree} has a wrong node ${node}`);
  }
}
