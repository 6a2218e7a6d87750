import type { Dataset } from '@trainyard/data';
import type { BoostingEngine, Spread } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { EarlyStopping, FitLoop, type Losses } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import type { Forest } from '../trees/forest.js';
import { ForestBuilder } from '../trees/forest-builder.js';
import { addTree } from '../trees/score-rows.js';
import { binMatrix, type Columns, inspectColumns } from './bins.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { createEngine, rowWeights } from './create-engine.js';
import { type HistogramScale, TreeGrower } from './grow-tree.js';
import { chooseObjective, meanLoss, type Objective } from './objective.js';
import type { LightGBMParams } from './parameters.js';
import { quantisePairs } from './quantiser.js';
import { sampleFeatures, sampleRows, seedOf } from './row-sampling.js';

/** Purposes of random numbers. */
const DRAW = { cuts: 1, rows: 2, features: 3, rounding: 4 } as const;

/** One fit: the data binned into an engine, and the forest so far. */
export class BoostingRun {
  private round = 0;
  private losses: Losses = { trainLoss: Number.NaN };
  private bestLosses: Losses | undefined;
  private stopping: EarlyStopping;
  private readonly featureBins: Int32Array;
  private readonly builder: ForestBuilder;
  private readonly validationScores: Float64Array;
  /** Rows that this round's trees grow on. */
  private active: Uint32Array;

  private constructor(
    private readonly train: Dataset,
    private readonly params: LightGBMParams,
    private readonly options: FitOptions,
    private readonly objective: Objective,
    private readonly columns: Columns,
    /** Rows of positive weight. */
    private readonly rows: Uint32Array,
    private readonly engine: BoostingEngine,
  ) {
    this.active = rows;
    this.builder = new ForestBuilder(objective.init, columns.categories);
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
    this.featureBins = engine.bins.slice();
    const { init, outputs } = objective;
    const entries = (options.validation?.x.rows ?? 0) * outputs;
    this.validationScores = Float64Array.from({ length: entries }, (_, i) => init[i % outputs]!);
  }

  /** Fits from the start or from a checkpoint. Throws ABORTED, CHECKPOINT_MISMATCH, FEATURE_INVALID, OPTION_UNSUPPORTED. */
  static async fit(
    train: Dataset,
    params: LightGBMParams,
    options: FitOptions,
  ): Promise<{ forest: Forest; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const loop = new FitLoop(options, params.n_estimators);
    const weight = rowWeights(train, params.scale_pos_weight);
    const rows = Uint32Array.from({ length: train.x.rows }, (_, i) => i).filter((i) => weight[i]! > 0);
    const objective = chooseObjective(train, weight);
    const columns = inspectColumns(train.x, rows, params.max_bin);
    const engine = await createEngine(train, weight, params, options.threads ?? 1, objective, columns);
    try {
      binMatrix(engine, train.x, rows, columns, params.max_bin, seedOf(options.seed, DRAW.cuts, 0));
      const run = new BoostingRun(train, params, options, objective, columns, rows, engine);
      return await run.finish(loop, weight);
    } finally {
      await engine.close();
    }
  }

  private async finish(
    loop: FitLoop,
    weight: Float64Array,
  ): Promise<{ forest: Forest; metrics: Omit<TrainingMetrics, 'seconds'> }> {
    const total = weight.reduce((sum, w) => sum + w, 0);
    const { checkpoint, validation, earlyStopping } = this.options;
    if (checkpoint?.resume) this.restore(checkpoint.resume);
    this.drawRows(Math.max(0, this.round - 1));
    this.engine.loss(this.objective.loss);
    const exhausted = () => validation !== undefined && this.stopping.exhausted(this.round);
    while (this.round < this.params.n_estimators && !exhausted()) {
      this.boost();
      const trainLoss = this.engine.loss(this.objective.loss) / total;
      this.losses = validation ? { trainLoss, validationLoss: this.validate(validation, this.round) } : { trainLoss };
      this.round++;
      if (this.stopping.improves(this.round, this.losses.validationLoss ?? Number.NaN)) this.bestLosses = this.losses;
      await loop.after(this.round, this.losses, () => this.checkpoint());
    }
    const keepsBest = earlyStopping !== undefined && this.bestLosses !== undefined;
    const bestIteration = keepsBest ? this.stopping.bestIteration : this.round;
    const metrics = {
      ...(keepsBest ? this.bestLosses! : this.losses),
      bestIteration,
      iterations: this.round,
      earlyStopped: this.round < this.params.n_estimators,
    };
    return { forest: this.builder.build(0, bestIteration * this.objective.outputs), metrics };
  }

  /** One round: a tree for each output, all on the scores that the round began with. */
  private boost(): void {
    const { engine, params, objective } = this;
    const samples = params.subsample < 1 && params.subsample_freq > 0;
    if (samples && this.round % params.subsample_freq === 0) this.drawRows(this.round);
    for (let first = 0; first < objective.outputs; first += engine.places) {
      const count = Math.min(engine.places, objective.outputs - first);
      this.growTrees(first, engine.gradients(objective.loss, first, count, objective.factor));
    }
    if (samples) this.scoreRowsLeftOut();
  }

  /** Grows the trees of the outputs from `first` on, whose pairs the engine holds. */
  private growTrees(first: number, spreads: readonly Spread[]): void {
    const { engine, params, objective, options, rows } = this;
    const tree = this.round * objective.outputs + first;
    const scales = spreads.map((spread, place): HistogramScale => {
      if (params.histogram_precision !== 'q32') return { gradient: 1, hessian: 1 };
      const seed = seedOf(options.seed, DRAW.rounding, tree + place);
      return quantisePairs(engine, place, spread, rows.length, seed);
    });
    scales.forEach((scale, place) => {
      if (params.colsample_bytree < 1) this.chooseFeatures(tree + place);
      new TreeGrower(engine, this.builder, this.columns, params, scale).grow(first + place, place);
    });
  }

  /** Chooses the rows that trees grow on in a round; they stay until the next draw. */
  private drawRows(round: number): void {
    const { subsample, subsample_freq } = this.params;
    if (subsample < 1 && subsample_freq > 0) {
      const draw = Math.floor(round / subsample_freq);
      this.active = sampleRows(this.rows, subsample, seedOf(this.options.seed, DRAW.rows, draw));
    }
    this.engine.activate(this.active);
  }

  private chooseFeatures(tree: number): void {
    const draw = seedOf(this.options.seed, DRAW.features, tree);
    const chosen = sampleFeatures(this.featureBins.length, this.params.colsample_bytree, draw);
    this.engine.bins.set(this.featureBins.map((bins, f) => (chosen[f] === 1 ? bins : 0)));
  }

  private scoreRowsLeftOut(): void {
    const { outputs } = this.objective;
    const forest = this.builder.build(this.round * outputs);
    const { x } = this.train;
    for (let output = 0; output < outputs; output++) {
      let next = 0;
      for (const row of this.active) {
        if (row > next) addTree(forest, output, x, next, row, this.engine.scores, output * x.rows, 1);
        next = row + 1;
      }
      addTree(forest, output, x, next, x.rows, this.engine.scores, output * x.rows, 1);
    }
  }

  /** Adds the last round to the validation scores; returns their loss. */
  private validate(validation: Dataset, from: number): number {
    const { outputs } = this.objective;
    const forest = this.builder.build(from * outputs);
    for (let tree = 0; tree < forest.roots.length; tree++) {
      addTree(forest, tree, validation.x, 0, validation.x.rows, this.validationScores, tree % outputs, outputs);
    }
    return meanLoss(validation, this.validationScores);
  }

  private checkpoint(): ModelArtifact {
    const { round, losses, bestLosses, stopping } = this;
    const state = { round, losses, bestLosses: bestLosses ?? null, bestIteration: stopping.bestIteration };
    return writeCheckpoint(this.train, this.params, this.options.seed, this.builder.build(), state);
  }

  /** Takes up a checkpoint: its trees give back the very scores, added in the same order. */
  private restore(artifact: ModelArtifact): void {
    const { train, params, options, objective } = this;
    const { forest, state } = readCheckpoint(artifact, train, params, options.seed, objective.init);
    this.builder.append(forest);
    this.round = state.round;
    this.losses = state.losses;
    this.bestLosses = state.bestLosses ?? undefined;
    if (this.bestLosses?.validationLoss !== undefined) {
      const best = { bestLoss: this.bestLosses.validationLoss, bestIteration: state.bestIteration };
      this.stopping = new EarlyStopping(options.earlyStopping?.rounds, best);
    }
    const { rows } = train.x;
    for (let tree = 0; tree < forest.roots.length; tree++) {
      addTree(forest, tree, train.x, 0, rows, this.engine.scores, (tree % forest.outputs) * rows, 1);
    }
    if (options.validation) this.validate(options.validation, 0);
  }
}
