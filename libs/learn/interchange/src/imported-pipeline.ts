import { type Pipeline, pipelineFromJSON } from '@trainyard/features';
import type { ImportedModel } from './import-options.js';
import { readTreeModel } from './trees/artifact.js';
import type { Tree } from './trees/tree.js';

/**
 * The preparation of raw columns that an imported model wants: numbers pass as they are, missing ones too; texts become the
 * codes of the file's categories where it knows them, else a categorical column takes the codes themselves. A number's
 * range is that of its thresholds: the file knows no better.
 */
export function importedPipeline({ artifact, names, categories }: ImportedModel): Pipeline {
  const ranges = thresholdRanges(readTreeModel(artifact).trees, names.length);
  const features = names.map((name, j) => {
    const texts = categories[j];
    if (texts?.length) return { kind: 'ordinal', name, categories: texts, keepMissing: true, example: texts[0]! };
    const [min, max] = ranges[j]!;
    const scale = { shift: 0, factor: 1, fill: null };
    return { kind: 'numeric', name, boolean: false, scale, min, max, example: min };
  });
  return pipelineFromJSON({ format: 'trainyard.pipeline', version: 1, features, warnings: [] });
}

/** Lowest and highest finite threshold of each column; 0 and 0 where there is none. */
function thresholdRanges(trees: readonly Tree[], columns: number): [number, number][] {
  const ranges = Array.from({ length: columns }, (): [number, number] => [Number.MAX_VALUE, -Number.MAX_VALUE]);
  const walk = (tree: Tree): void => {
    if (tree.kind === 'leaf') return;
    if (tree.kind === 'numeric' && Number.isFinite(tree.threshold)) {
      const range = ranges[tree.column]!;
      range[0] = Math.min(range[0], tree.threshold);
      range[1] = Math.max(range[1], tree.threshold);
    }
    walk(tree.left);
    walk(tree.right);
  };
  trees.forEach(walk);
  return ranges.map(([low, high]) => (low <= high ? [low, high] : [0, 0]));
}
