import type { Dataset } from '@trainyard/data';
import type { LevelSplit, ObliviousEngine } from '@trainyard/kernels';
import type { ModelArtifact } from '../../artifact.js';
import { EarlyStopping, type FitLoop, type Losses } from '../../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../../model.js';
import { seedOf } from '../sampling/seeds.js';
import { Bootstrap } from './bootstrap.js';
import type { CategoryFeatures } from './category-features.js';
import { type FitIdentity, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { Derivatives } from './derivatives.js';
import { DRAW_SEED, TreeGrower } from './grow-tree.js';
import { joinTrees } from './join-trees.js';
import { estimationIterations, LeafEstimator } from './leaf-values.js';
import { MonotoneLeaves } from './monotone.js';
import type { ObliviousTrees } from './oblivious-trees.js';
import type { OrderedBoosting } from './ordered-boosting.js';
import type { Prepared } from './prepare.js';
import { TreeBuilder } from './tree-builder.js';
import { Validation } from './validation.js';

/** One fit: the data binned into an engine, and the trees so far. */
export class CatBoostRun {
  private round = 0;
  private losses: Losses = { trainLoss: Number.NaN };
  private bestLosses: Losses | undefined;
  private stopping: EarlyStopping;
  /** Weighted sum of losses at the engine's scores. */
  private lossSum = 0;
  private readonly engine: ObliviousEngine;
  private readonly categories: CategoryFeatures;
  private readonly ordered: OrderedBoosting | undefined;
  private readonly builder: TreeBuilder;
  private readonly grower: TreeGrower;
  private readonly derivatives: Derivatives;
  private readonly estimator: LeafEstimator;
  private readonly bootstrap: Bootstrap;
  private readonly validation: Validation | undefined;
  private readonly identity: FitIdentity;

  constructor(
    private readonly prepared: Prepared,
    train: Dataset,
    private readonly options: FitOptions,
    private readonly loop: FitLoop,
  ) {
    const { engine, params, loss, weight, rows, features, total, learningRate, initial } = prepared;
    const { seed } = options;
    this.engine = engine;
    this.categories = prepared.categories;
    this.ordered = prepared.ordered;
    this.builder = new TreeBuilder(loss.init, features);
    this.grower = new TreeGrower(engine, params, { total, learningRate, seed });
    this.derivatives = new Derivatives(engine, loss, train, total, options.objective);
    const iterations = estimationIterations(params, loss, train.x.cols);
    this.estimator = new LeafEstimator(engine, params, loss, this.derivatives, weight, iterations);
    this.bootstrap = new Bootstrap(engine, params, loss, rows, seed);
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
    this.identity = { train, params, seed, before: initial?.depth.length ?? 0 };
    if (options.validation) this.validation = new Validation(options.validation, loss, initial, options);
  }

  /** Boosts to the end. Throws ABORTED, CHECKPOINT_MISMATCH. */
  async finish(): Promise<{ trees: ObliviousTrees; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const { params, total, initial, loss } = this.prepared;
    const { checkpoint, earlyStopping } = this.options;
    if (checkpoint?.resume) this.restore(checkpoint.resume);
    this.lossSum = this.derivatives.at('scores');
    const exhausted = () => this.validation !== undefined && this.stopping.exhausted(this.round);
    while (this.round < params.iterations && !exhausted()) {
      await this.boost();
      const trainLoss = (loss.factor * this.lossSum) / total;
      this.validation?.add(this.builder.build(this.round));
      this.losses = this.validation ? { trainLoss, validationLoss: this.validation.meanLoss() } : { trainLoss };
      this.round++;
      if (this.validation && this.stopping.improves(this.round, this.validation.score())) this.bestLosses = this.losses;
      await this.loop.after(this.round, this.losses, () => this.checkpoint());
    }
    const keepsBest = earlyStopping !== undefined && this.bestLosses !== undefined;
    const bestIteration = keepsBest ? this.stopping.bestIteration : this.round;
    const metrics = {
      ...(keepsBest ? this.bestLosses! : this.losses),
      bestIteration,
      iterations: this.round,
      earlyStopped: this.round < params.iterations,
    };
    const trees = this.builder.build(0, bestIteration);
    return { trees: initial ? joinTrees(initial, trees) : trees, metrics };
  }

  /** One tree, on the derivatives of the scores that the engine holds. */
  private async boost(): Promise<void> {
    const { engine, categories, ordered, prepared } = this;
    const order = this.orderOf(this.round);
    categories.show(order, true);
    ordered?.writeGradients(order);
    this.bootstrap.draw(this.round);
    const splits = await this.grower.grow(this.round, this.loop.breathe);
    if (ordered) {
      this.updateOrdered(splits);
      this.derivatives.at('scores');
    }
    categories.show(prepared.orders - 1, false);
    this.mark(splits);
    const leaves = 2 ** splits.length;
    const weights = this.leafWeights(leaves);
    const monotone = new MonotoneLeaves(splits, engine.monotone, weights);
    const values = this.estimator.estimate(leaves, this.lossSum, (found) => monotone.apply(found));
    for (let i = 0; i < values.length; i++) values[i]! *= prepared.learningRate;
    this.builder.add({ splits, values, weights });
    engine.add(values, leaves, 'scores');
    this.lossSum = this.derivatives.at('scores');
  }

  /** The order of rows whose statistics and supporting models a tree is grown by. The last is kept for leaf values. */
  private orderOf(tree: number): number {
    const { orders } = this.prepared;
    return orders > 1 ? seedOf(this.options.seed, DRAW_SEED.order, tree) % (orders - 1) : 0;
  }

  private updateOrdered(splits: readonly LevelSplit[]): void {
    for (let order = 0; order < this.prepared.orders - 1; order++) {
      this.categories.show(order, false);
      this.mark(splits);
      this.ordered!.update(order, 2 ** splits.length);
    }
  }

  private mark(splits: readonly LevelSplit[]): void {
    if (splits.length === 0) this.engine.markOne();
    splits.forEach(({ feature, bin }, level) => void this.engine.mark(level, feature, bin));
  }

  private leafWeights(leaves: number): Float32Array {
    const sums = new Float64Array(leaves);
    const { leaf, weights } = this.engine;
    for (let row = 0; row < leaf.length; row++) sums[leaf[row]!]! += weights[row]!;
    return Float32Array.from(sums);
  }

  private checkpoint(): ModelArtifact {
    const { round, losses, bestLosses, stopping } = this;
    const bestScore = Number.isFinite(stopping.bestLoss) ? stopping.bestLoss : null;
    const state = { round, losses, bestLosses: bestLosses ?? null, bestIteration: stopping.bestIteration, bestScore };
    return writeCheckpoint(this.identity, this.builder.build(), state);
  }

  /** Takes up a checkpoint: its trees give back the very scores, added in the same order. */
  private restore(artifact: ModelArtifact): void {
    const { trees, state } = readCheckpoint(artifact, this.identity, this.prepared.loss.init);
    this.builder.append(trees);
    this.round = state.round;
    this.losses = state.losses;
    this.bestLosses = state.bestLosses ?? undefined;
    if (state.bestScore !== null) {
      const best = { bestLoss: state.bestScore, bestIteration: state.bestIteration };
      this.stopping = new EarlyStopping(this.options.earlyStopping?.rounds, best);
    }
    for (let tree = 0; tree < this.builder.length; tree++) {
      const { splits, values } = this.builder.at(tree);
      if (this.ordered) this.updateOrdered(splits);
      this.categories.show(this.prepared.orders - 1, false);
      this.mark(splits);
      this.engine.add(values, 2 ** splits.length, 'scores');
      this.validation?.add(this.builder.build(tree, tree + 1));
    }
  }
}
