import type { Tree } from '../trees/tree.js';

/**
 * LightGBM sends a missing category always right. Where ours goes left, a numeric split of the same column is put before
 * the categorical one: codes are >= 0, so `x <= -1` holds for the missing value alone. Each column is asked once on a path.
 */
export function missingCategoriesRight(tree: Tree, missing: ReadonlyMap<number, boolean> = new Map()): Tree {
  if (tree.kind === 'leaf') return tree;
  const both = (known: ReadonlyMap<number, boolean>) => ({
    left: missingCategoriesRight(tree.left, known),
    right: missingCategoriesRight(tree.right, known),
  });
  if (tree.kind === 'numeric') return { ...tree, ...both(missing) };
  const known = missing.get(tree.column);
  if (known === true) return missingCategoriesRight(tree.missingLeft ? tree.left : tree.right, missing);
  if (known === false || !tree.missingLeft) return { ...tree, missingLeft: false, ...both(missing) };
  const { column, gain, cover } = tree;
  const present = { ...tree, missingLeft: false, ...both(new Map(missing).set(column, false)) };
  const absent = missingCategoriesRight(tree.left, new Map(missing).set(column, true));
  return { kind: 'numeric', column, threshold: -1, missingLeft: true, gain, cover, left: absent, right: present };
}
