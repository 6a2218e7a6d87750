import { arrayOf, expectFormat, type ModelArtifact } from '@trainyard/models';
import type { Tree } from '../../trees/tree.js';
import type { OnnxExporter } from './exporter.js';
import { treeEnsemble } from './tree-ensemble.js';

/** `trainyard.forest`: random forests and extra trees, the mean of their leaves' class shares or values. */
export const forest: OnnxExporter = (artifact, x, { graph }) => {
  expectFormat(artifact, 'trainyard.forest', 1);
  const trees = treesOf(artifact);
  const { length: k } = artifact.manifest.classes as readonly string[];
  if (k === 0) return { value: treeEnsemble(graph, x, trees, [0], (value) => [[0, value / trees.length]]) };
  const vectors = arrayOf(artifact, 'vectors', Float32Array);
  const shares = treeEnsemble(graph, x, trees, new Array<number>(k).fill(0), (vector) =>
    Array.from(vectors.subarray(vector * k, (vector + 1) * k), (share, c) => [c, share] as const).filter(
      ([, share]) => share !== 0,
    ),
  );
  const total = graph.node('ReduceSum', [shares, graph.ints([1], 1)], { keepdims: { int: 1 } });
  return { probabilities: graph.node('Div', [shares, total]) };
};

/** The trees of models/src/forest/compact-forest.ts: the children of a tree's i-th split are its nodes 1 + 2i and 2 + 2i. */
function treesOf({ arrays }: ModelArtifact): Tree[] {
  const { roots, feature, threshold, missingLeft, value, cover } = arrays as Record<string, ArrayLike<number>>;
  let [splits, leaves] = [0, 0];
  return Array.from(roots!, (root, t) => {
    const end = roots![t + 1] ?? feature!.length;
    const firstSplit = splits;
    // Of each node its place among the splits or the leaves of all trees.
    const place = new Int32Array(end - root);
    for (let node = root; node < end; node++) place[node - root] = feature![node]! >= 0 ? splits++ : leaves++;
    const build = (node: number): Tree => {
      const column = feature![root + node]!;
      const at = place[node]!;
      if (column < 0) return { kind: 'leaf', value: value![at]!, cover: cover![at]! };
      const left = build(1 + 2 * (at - firstSplit));
      const right = build(2 + 2 * (at - firstSplit));
      const goesLeft = missingLeft![at] === 1;
      const shared = { column, gain: 0, cover: left.cover + right.cover, left, right };
      return { kind: 'numeric', ...shared, threshold: threshold![at]!, missingLeft: goesLeft };
    };
    return build(0);
  });
}
