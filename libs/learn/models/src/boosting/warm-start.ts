import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import type { Forest } from '../trees/forest.js';
import { type Columns, MOST_CATEGORY_BINS } from './bins.js';
import { readTrees } from './trees-artifact.js';

/**
 * The forest that a fit continues. Throws OPTION_UNSUPPORTED unless it is of the same model, columns and classes, and its
 * scores mean the same.
 */
export function readInitial(artifact: ModelArtifact, model: string, train: Dataset, objective: string): Forest {
  const initial = readTrees(artifact);
  const differs = (what: string): never => {
    const message = `The model to continue from has ${what} than this fit: give one of the same model, columns and classes.`;
    throw new LearnError('OPTION_UNSUPPORTED', message, { field: 'initial' });
  };
  if (initial.model !== model) differs(`another kind ("${initial.model}")`);
  if (initial.task !== train.task) differs(`another task (${initial.task})`);
  if (!isDeepStrictEqual([...initial.names], [...train.x.names])) differs('other columns');
  if (!isDeepStrictEqual([...initial.classes], [...(train.classes ?? [])])) differs('other classes');
  if (initial.objective !== objective) differs(`another objective (${initial.objective})`);
  return initial.forest;
}

/** Gives the categories that the initial forest knows their old bins; new ones follow, as long as there are bins left. */
export function continueCategories(columns: Columns, initial: Forest, maxBin: number): Columns {
  const { categoryStart, categoryBins } = columns.categories;
  const counts = [...columns.categoryCounts];
  const start = new Int32Array(categoryStart.length);
  const tables: number[] = [];
  for (let j = 0; j + 1 < start.length; j++) {
    const known = [...initial.categoryBins.subarray(initial.categoryStart[j]!, initial.categoryStart[j + 1]!)];
    const found = [...categoryBins.subarray(categoryStart[j]!, categoryStart[j + 1]!)];
    let last = known.reduce((most, bin) => Math.max(most, bin), 0);
    // Bins are numbered by frequency: the most frequent of the new categories come first.
    const fresh = found
      .map((bin, code) => ({ bin, code }))
      .filter(({ bin, code }) => bin > 0 && !((known[code] ?? -1) > 0));
    for (const { code } of fresh.sort((a, b) => a.bin - b.bin || a.code - b.code)) {
      while (known.length <= code) known.push(-1);
      last = Math.min(last + 1, maxBin, MOST_CATEGORY_BINS);
      known[code] = last;
    }
    const f = columns.used.indexOf(j);
    if (f >= 0 && columns.categorical[f]) counts[f] = last + 1;
    start[j + 1] = start[j]! + known.length;
    for (const bin of known) tables.push(bin);
  }
  const categories = { categoryStart: start, categoryBins: Int16Array.from(tables) };
  return { ...columns, categories, categoryCounts: counts };
}
