import { nextUp } from '../trees/float32.js';
import type { Tree } from '../trees/tree.js';
import type { Json } from './json-text.js';

const LARGEST = 3.4028234663852886e38;
/** The parent of a root, as XGBoost writes it. */
const NO_PARENT = 2 ** 31 - 1;

/** Nodes in the order they are written, each with its parent and children. */
interface Row {
  readonly tree: Tree;
  readonly parent: number;
  left: number;
  right: number;
}

/** Level by level: XGBoost takes the right child to follow the left one, whatever right_children says. */
function rowsOf(root: Tree): Row[] {
  const rows: Row[] = [{ tree: root, parent: NO_PARENT, left: -1, right: -1 }];
  for (let node = 0; node < rows.length; node++) {
    const row = rows[node]!;
    const { tree } = row;
    if (tree.kind === 'leaf') continue;
    // XGBoost sends the categories of a set right and all others left: ours the other way round.
    const children = tree.kind === 'category' ? [tree.right, tree.left] : [tree.left, tree.right];
    row.left = rows.length;
    row.right = rows.length + 1;
    for (const child of children) rows.push({ tree: child, parent: node, left: -1, right: -1 });
  }
  return rows;
}

function condition(tree: Tree): number {
  if (tree.kind === 'leaf') return tree.value;
  // `x <= t` and `x < nextUp(t)` are the same test of float32 values.
  return tree.kind === 'numeric' ? Math.min(LARGEST, nextUp(tree.threshold)) : 0;
}

function defaultLeft(tree: Tree): number {
  if (tree.kind === 'leaf') return 0;
  return tree.missingLeft === (tree.kind === 'numeric') ? 1 : 0;
}

/** One tree of `learner.gradient_booster.model.trees`, as `RegTree::SaveModel` writes it. */
export function writeTree(tree: Tree, id: number, columns: number): Json {
  const rows = rowsOf(tree);
  const floats = (of: (tree: Tree) => number) => Float32Array.from(rows, (row) => of(row.tree));
  const integers = (of: (row: Row) => number) => Int32Array.from(rows, of);
  const sets = rows.flatMap(({ tree: node }, i) =>
    node.kind === 'category' ? [{ node: i, codes: [...node.codes].sort((a, b) => a - b) }] : [],
  );
  const segments: number[] = [];
  let codes = 0;
  for (const set of sets) {
    segments.push(codes);
    codes += set.codes.length;
  }
  return {
    base_weights: floats((node) => (node.kind === 'leaf' ? node.value : 0)),
    categories: sets.flatMap((set) => set.codes),
    categories_nodes: sets.map((set) => set.node),
    categories_segments: segments,
    categories_sizes: sets.map((set) => set.codes.length),
    default_left: integers((row) => defaultLeft(row.tree)),
    id,
    left_children: integers((row) => row.left),
    loss_changes: floats((node) => (node.kind === 'leaf' ? 0 : node.gain)),
    parents: integers((row) => row.parent),
    right_children: integers((row) => row.right),
    split_conditions: floats(condition),
    split_indices: integers(({ tree: node }) => (node.kind === 'leaf' ? 0 : node.column)),
    split_type: integers(({ tree: node }) => (node.kind === 'category' ? 1 : 0)),
    sum_hessian: floats((node) => node.cover),
    tree_param: {
      num_deleted: '0',
      num_feature: String(columns),
      num_nodes: String(rows.length),
      size_leaf_vector: '1',
    },
  };
}
