import { checkTask, classesFor, type ImportedModel, type ImportOptions, namesFor } from '../import-options.js';
import { invalid, unsupported } from '../invalid.js';
import { writeTreeModel } from '../trees/artifact.js';
import { mapLeaves, type Tree } from '../trees/tree.js';
import { readObjective } from './objective.js';
import { readTree } from './read-tree.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A model that XGBoost saved as JSON (`model.json`, versions 1.6 to 3.x) as an artifact of our `xgboost`, with the same
 * predictions for float32 data.
 *
 * @throws LearnError ARTIFACT_INVALID for a damaged file; OPTION_UNSUPPORTED for gblinear, vector leaves, and objectives
 *   whose predictions our models cannot make; PARAMETER_INVALID for wrong names or classes
 */
export function fromXGBoostJson(text: string, options: ImportOptions = {}): ImportedModel {
  const learner = parse(text);
  const parameters = fieldsOf(learner, 'learner_model_param');
  const { task, loss, score } = readObjective(fieldsOf(learner, 'objective'));
  checkTask(options, task);
  const columns = integer(parameters, 'num_feature');
  const outputs = Math.max(1, integer(parameters, 'num_class'));
  if (integer(parameters, 'num_target', 1) > 1) throw unsupported('XGBoost', 'has several targets');
  if (outputs > 1 !== (task === 'multiclass')) throw invalid('XGBoost', `num_class is ${outputs} for ${task}`);
  const { model, weights } = boosterOf(fieldsOf(learner, 'gradient_booster'));
  const names = namesFor(options, learner.feature_names as string[] | undefined, columns);
  const classes = classesFor(options, task, task === 'binary' ? 2 : outputs);
  const trees = readTrees(model, weights, columns, outputs);
  const init = baseScores(parameters.base_score, outputs).map(score);
  const artifact = writeTreeModel({ model: 'xgboost', task, loss, names, classes, init, trees });
  return { artifact, model: 'xgboost', task, names, classes, categories: categoriesOf(model, columns) };
}

function parse(text: string): Fields {
  let json: { learner?: Fields };
  try {
    json = JSON.parse(text) as { learner?: Fields };
  } catch (error) {
    throw invalid('XGBoost', `it is no JSON (${(error as Error).message}); save it as .json, not .ubj`);
  }
  if (typeof json?.learner !== 'object' || json.learner === null) throw invalid('XGBoost', 'it has no learner');
  return json.learner;
}

function fieldsOf(from: Fields, name: string): Fields {
  const value = from[name];
  if (typeof value !== 'object' || value === null) throw invalid('XGBoost', `it has no ${name}`);
  return value as Fields;
}

function integer(from: Fields, name: string, otherwise?: number): number {
  const value = Number(from[name] ?? otherwise);
  if (!(Number.isInteger(value) && value >= 0)) throw invalid('XGBoost', `it has no ${name}`);
  return value;
}

/** One score an output: before 3.1 one number, since then a list of one or more. */
function baseScores(text: unknown, outputs: number): number[] {
  const scores = String(text)
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map(Number);
  if (scores.some(Number.isNaN) || (scores.length !== 1 && scores.length !== outputs)) {
    throw invalid('XGBoost', `its base_score is ${String(text)}`);
  }
  return Array.from({ length: outputs }, (_, c) => scores[c] ?? scores[0]!);
}

/** The trees' model, and the weights of trees that were dropped out (dart). */
function boosterOf(booster: Fields): { model: Fields; weights?: readonly number[] } {
  if (booster.name === 'gbtree') return { model: fieldsOf(booster, 'model') };
  if (booster.name !== 'dart') throw unsupported('XGBoost', `has the booster "${String(booster.name)}"`);
  return { model: fieldsOf(fieldsOf(booster, 'gbtree'), 'model'), weights: booster.weight_drop as number[] };
}

/** All trees, those of output c at c, c + outputs, ...; outputs with fewer trees get leaves of 0. */
function readTrees(model: Fields, weights: readonly number[] | undefined, columns: number, outputs: number): Tree[] {
  const { trees, tree_info: info } = model;
  if (!Array.isArray(trees) || !Array.isArray(info) || info.length !== trees.length) {
    throw invalid('XGBoost', 'its trees and tree_info do not fit');
  }
  const byOutput: Tree[][] = Array.from({ length: outputs }, () => []);
  trees.forEach((fields, t) => {
    const tree = readTree(fields as Fields, t, columns);
    const weight = weights === undefined ? 1 : weights[t];
    if (typeof weight !== 'number' || byOutput[info[t]] === undefined) {
      throw invalid('XGBoost', `tree ${t} has no output or weight`);
    }
    byOutput[info[t]]!.push(weight === 1 ? tree : mapLeaves(tree, (value) => value * weight));
  });
  const rounds = Math.max(...byOutput.map((list) => list.length));
  const nothing: Tree = { kind: 'leaf', value: 0, cover: 0 };
  return Array.from({ length: rounds * outputs }, (_, t) => byOutput[t % outputs]![Math.floor(t / outputs)] ?? nothing);
}

/** The texts of categories, which XGBoost keeps since 3.1 when it was given a data frame. */
function categoriesOf(model: Fields, columns: number): (readonly string[] | undefined)[] {
  const lists = new Array<readonly string[] | undefined>(columns).fill(undefined);
  const { enc, feature_segments: segments } = (model.cats ?? {}) as { enc?: Fields[]; feature_segments?: number[] };
  if (!Array.isArray(enc) || enc.length !== columns || !Array.isArray(segments)) return lists;
  return enc.map((encoding, j) => {
    const { offsets, values } = encoding as { offsets?: number[]; values?: number[] };
    const count = segments[j + 1]! - segments[j]!;
    if (!Array.isArray(values) || count <= 0) return undefined;
    if (!Array.isArray(offsets)) return values.map(String);
    const bytes = Buffer.from(values.map((value) => value & 255));
    return Array.from({ length: count }, (_, c) => bytes.toString('utf8', offsets[c], offsets[c + 1]));
  });
}
