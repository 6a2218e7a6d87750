import { type Dataset, LearnError, type Matrix, type Task } from '@trainyard/data';
import { RandomForestClassifier, RandomForestRegression } from 'ml-random-forest';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { checkColumns, checkFiniteMatrix } from '../check-input.js';
import { defineModel } from '../definition.js';
import { FitLoop } from '../fit-loop.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { predictionLoss } from '../prediction-loss.js';
import { fromVotes } from '../votes.js';
import { fromJsonArray, jsonArray } from './json-array.js';
import { rowArrays, smallData } from './small-data.js';

interface MlRandomForestParams {
  readonly n_estimators: number;
  readonly max_features: number;
  readonly max_depth: number | null;
}

/** A forest of the library with one tree. */
interface OneTree {
  train(rows: number[][], targets: number[]): void;
  predict(rows: number[][]): number[];
}

/** A tree and what the library says of it: a tree read back says something else. */
interface Tree {
  readonly json: object;
  readonly forest: OneTree;
}

interface Fitted {
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  readonly trees: readonly Tree[];
}

const FORMAT = 'trainyard.ml-random-forest';
/** A tree takes time in proportion to the square of the rows: about 16 s at this many rows of 180 columns. */
const MOST_ROWS = 5000;

/** The npm package ml-random-forest, grown tree by tree. Use `random_forest` for anything but small data. */
class MlRandomForest implements Model {
  constructor(
    private readonly params: MlRandomForestParams,
    private readonly task: Task,
    private fitted?: Fitted,
  ) {}

  async fit(given: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    const train = smallData(given, options, 'ml_random_forest', MOST_ROWS, 'random_forest');
    const { validation, checkpoint } = options;
    const { n_estimators: count } = this.params;
    const loop = new FitLoop(options, count);
    const rows = rowArrays(train.x);
    const head = { names: train.x.names, classes: train.classes ?? [] };
    const trees: Tree[] = checkpoint?.resume ? this.resume(checkpoint.resume, head.names) : [];
    let losses = { trainLoss: Number.NaN };
    const measure = () => ({
      trainLoss: predictionLoss(this.predict(train.x), train),
      ...(validation ? { validationLoss: predictionLoss(this.predict(validation.x), validation) } : {}),
    });
    while (trees.length < count) {
      trees.push(this.grow(rows, Array.from(train.y), options.seed + trees.length));
      this.fitted = { ...head, trees };
      losses = measure();
      await loop.after(trees.length, losses, () => this.save());
    }
    this.fitted = { ...head, trees };
    losses = measure();
    const seconds = (performance.now() - started) / 1000;
    return { ...losses, bestIteration: count, iterations: count, earlyStopped: false, seconds };
  }

  /** Each tree votes for a class; for regression the trees' mean. */
  predict(x: Matrix): Predictions {
    const { trees, names, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    const k = classes.length;
    const sums = new Float64Array(x.rows * (k || 1));
    const rows = rowArrays(x);
    for (const tree of trees) {
      tree.forest.predict(rows).forEach((value, i) => {
        if (k > 0) sums[i * k + value]!++;
        else sums[i]! += value / trees.length;
      });
    }
    return k > 0 ? fromVotes(sums, k) : { values: sums };
  }

  save(): ModelArtifact {
    const { names, classes, trees } = this.mustBeFitted();
    const manifest = { params: this.params, task: this.task, names, classes };
    const json = jsonArray(trees.map((tree) => tree.json));
    return { format: FORMAT, version: 1, manifest, arrays: { trees: json } };
  }

  static load(artifact: ModelArtifact): MlRandomForest {
    expectFormat(artifact, FORMAT, 1);
    const { params, task, names, classes } = artifact.manifest as {
      params: MlRandomForestParams;
      task: Task;
      names: string[];
      classes: string[];
    };
    const probe = [names.map(() => 0)];
    const trees = fromJsonArray(artifact, 'trees', (models: object[]) =>
      models.map((model) => {
        const tree = readTree(model, task);
        if (!Number.isFinite(tree.forest.predict(probe)[0])) throw new TypeError('a tree answers nothing');
        return tree;
      }),
    );
    return new MlRandomForest(params, task, { names, classes, trees });
  }

  private grow(rows: number[][], targets: number[], seed: number): Tree {
    const library = this.task === 'regression' ? RandomForestRegression : RandomForestClassifier;
    const { max_features, max_depth } = this.params;
    // A share of 1 is an integer to the library, which then takes it for a count.
    const maxFeatures = Math.max(1, Math.round(max_features * rows[0]!.length));
    const tree = new library({
      ...{ seed: seed & 0x7fffffff, maxFeatures, replacement: false, nEstimators: 1, useSampleBagging: true },
      ...{ noOOB: true, isClassifier: this.task !== 'regression' },
      // Its own default of 0.01 stops most trees before they learn anything.
      treeOptions: { gainThreshold: 0, ...(max_depth === null ? {} : { maxDepth: max_depth }) },
    }) as unknown as OneTree;
    tree.train(rows, targets);
    return readTree(JSON.parse(JSON.stringify(tree)), this.task);
  }

  private resume(artifact: ModelArtifact, names: readonly string[]): Tree[] {
    const saved = MlRandomForest.load(artifact);
    const { params, names: before } = artifact.manifest;
    if (JSON.stringify([params, before]) !== JSON.stringify([this.params, names])) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
      );
    }
    return [...saved.mustBeFitted().trees];
  }

  private mustBeFitted(): Fitted {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

function readTree(json: object, task: Task): Tree {
  const library = task === 'regression' ? RandomForestRegression : RandomForestClassifier;
  return { json, forest: library.load(json as never) as unknown as OneTree };
}

export const mlRandomForest = defineModel<MlRandomForestParams>({
  name: 'ml_random_forest',
  family: 'forest',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'none' },
  onRequest: true,
  params: {
    n_estimators: { type: 'int', default: 50, min: 1, max: 1000, description: 'Trees.' },
    max_features: {
      type: 'float',
      default: 0.7,
      min: 0,
      exclusiveMin: true,
      max: 1,
      description: 'Share of the columns that each tree may use.',
    },
    max_depth: { type: 'int', default: null, nullable: true, min: 1, description: 'Most splits from root to leaf.' },
  },
  space: { max_features: { type: 'float', low: 0.3, high: 1 } },
  create: (params, task) => new MlRandomForest(params, task),
  load: MlRandomForest.load,
});
