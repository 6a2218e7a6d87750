import { checkTask, classesFor, type ImportedModel, type ImportOptions, namesFor } from '../import-options.js';
import { invalid, unsupported } from '../invalid.js';
import { writeTreeModel } from '../trees/artifact.js';
import { mapLeaves, type Tree } from '../trees/tree.js';
import { readObjective } from './objective.js';
import { readTree } from './read-tree.js';

/**
 * A model that LightGBM wrote as text (`save_model`, `model_to_string`; versions 2 to 4) as an artifact of our `lightgbm`.
 * Its predictions are the same for float32 data. Values here have float32 precision in the leaves.
 *
 * @throws LearnError ARTIFACT_INVALID for a damaged file; OPTION_UNSUPPORTED for linear trees, one-vs-all and
 *   cross-entropy objectives, and a custom objective without `options.task`; PARAMETER_INVALID for wrong names or classes
 */
export function fromLightGBMText(text: string, options: ImportOptions = {}): ImportedModel {
  const [head, ...blocks] = text
    .replaceAll('\r\n', '\n')
    .split(/\nend of trees/)[0]!
    .split(/\nTree=\d+\n/);
  if (!/^tree\n/.test(head!)) throw invalid('LightGBM', 'it does not begin with "tree"');
  if (!text.includes('\nend of trees')) throw invalid('LightGBM', 'it is cut short');
  const header = fieldsOf(head!);
  const outputs = wholeNumber(header, 'num_tree_per_iteration', 1);
  const columns = wholeNumber(header, 'max_feature_idx', 0) + 1;
  if (blocks.length % outputs !== 0) throw invalid('LightGBM', `${blocks.length} trees are no whole number of rounds`);
  const { task, loss, sigmoid } = readObjective(header.get('objective'), options.task);
  checkTask(options, task);
  if (outputs > 1 !== (task === 'multiclass')) throw unsupported('LightGBM', `has ${outputs} scores a row for ${task}`);
  const names = namesFor(options, header.get('feature_names')?.split(' '), columns);
  const classes = classesFor(options, task, task === 'binary' ? 2 : outputs);
  // A forest (boosting=rf) averages its trees.
  const factor = sigmoid / (header.has('average_output') ? Math.max(1, blocks.length / outputs) : 1);
  const trees = blocks.map((block, t) => scaled(readTree(fieldsOf(block), t, columns), factor));
  const init = new Array<number>(outputs).fill(0);
  const artifact = writeTreeModel({ model: 'lightgbm', task, loss, names, classes, init, trees });
  return { artifact, model: 'lightgbm', task, names, classes, categories: pandasCategories(text, header, columns) };
}

const scaled = (tree: Tree, factor: number): Tree => (factor === 1 ? tree : mapLeaves(tree, (value) => value * factor));

function fieldsOf(block: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trim());
    else if (line !== '') fields.set(line, '');
  }
  return fields;
}

function wholeNumber(header: ReadonlyMap<string, string>, name: string, least: number): number {
  const value = Number(header.get(name) ?? Number.NaN);
  if (!(Number.isInteger(value) && value >= least)) throw invalid('LightGBM', `it has no ${name}`);
  return value;
}

/** The categories of pandas columns, which the Python package writes in the last line, in the order of such columns. */
function pandasCategories(
  text: string,
  header: ReadonlyMap<string, string>,
  columns: number,
): (readonly string[] | undefined)[] {
  const line = /\npandas_categorical:(\[.*\])\s*$/.exec(text)?.[1];
  const none = new Array<readonly string[] | undefined>(columns).fill(undefined);
  if (line === undefined) return none;
  let lists: unknown[][];
  try {
    lists = JSON.parse(line) as unknown[][];
  } catch {
    throw invalid('LightGBM', 'its pandas_categorical line is no JSON');
  }
  const infos = header.get('feature_infos')?.split(' ') ?? [];
  const categorical = none.map((_, j) => j).filter((j) => /^-?\d+(:-?\d+)+$/.test(infos[j] ?? ''));
  // A categorical column that was never split on has no list of categories in feature_infos: then columns cannot be told.
  if (categorical.length !== lists.length) return none;
  categorical.forEach((j, k) => {
    none[j] = lists[k]!.map(String);
  });
  return none;
}
