import type { BoostingEngine, Spread } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { EarlyStopping, FitLoop, type Losses } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import type { Forest } from '../trees/forest.js';
import { ForestBuilder } from '../trees/forest-builder.js';
import { binMatrix, type Columns, inspectColumns } from './bins.js';
import {
  type BoostingState,
  type DroppedState,
  type FitIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { rowWeights } from './class-weights.js';
import { createEngine } from './create-engine.js';
import { FeatureSampler } from './growth/feature-sampler.js';
import { checkMonotone } from './growth/monotone.js';
import type { HistogramScale } from './growth/split-rules.js';
import { type GrowthContext, TreeGrower } from './growth/tree-grower.js';
import { type GradientSource, gradientSourceFor } from './objectives/gradient-source.js';
import { chooseObjective, type Objective } from './objectives/objective.js';
import { quantisePairs } from './quantiser.js';
import { Dropout, type DropoutRound } from './sampling/dropout.js';
import { RowSampler } from './sampling/row-sampler.js';
import { seedOf } from './sampling/seeds.js';
import type { BoostingSettings } from './settings.js';
import { TrainingScores } from './training-scores.js';
import { ValidationScores } from './validation-scores.js';
import { continueCategories } from './warm-start.js';

/** Purposes of random numbers. */
const DRAW = { cuts: 1, rows: 2, features: 3, rounding: 4, dropout: 5 } as const;

export interface BoostingResult {
  readonly forest: Forest;
  readonly objective: Objective;
  readonly metrics: Omit<TrainingMetrics, 'seconds'>;
}

/** What a fit is made of. */
export interface BoostingRequest extends FitIdentity {
  readonly settings: BoostingSettings;
  /** The forest to continue. */
  readonly initial: Forest | undefined;
}

/** One fit: the data binned into an engine, and the forest so far. */
export class BoostingRun {
  private round = 0;
  /** Trees that a warm start brought along. */
  private firstTree = 0;
  private losses: Losses = { trainLoss: Number.NaN };
  private bestLosses: Losses | undefined;
  private bestValues: Float32Array = new Float32Array(0);
  private stopping: EarlyStopping;
  private readonly options: FitOptions;
  private readonly settings: BoostingSettings;
  private readonly forest: ForestBuilder;
  private readonly growth: GrowthContext;
  private readonly sampler: RowSampler;
  private readonly dropout: Dropout | undefined;
  private readonly training: TrainingScores;
  private readonly validation: ValidationScores | undefined;

  private constructor(
    private readonly request: BoostingRequest,
    private readonly objective: Objective,
    private readonly gradients: GradientSource,
    columns: Columns,
    /** Rows of positive weight. */
    private readonly rows: Uint32Array,
    private readonly engine: BoostingEngine,
  ) {
    const { settings, options, train } = request;
    const { seed, validation, earlyStopping } = options;
    this.options = options;
    this.settings = settings;
    this.forest = new ForestBuilder(objective.init, columns.categories);
    this.stopping = new EarlyStopping(earlyStopping?.rounds);
    const features = new FeatureSampler(engine, settings.features, seedOf(seed, DRAW.features, 0));
    const { leafQuantile } = objective;
    this.growth = { engine, forest: this.forest, columns, settings: settings.tree, features, leafQuantile };
    this.sampler = new RowSampler(engine, rows, settings.rows, seedOf(seed, DRAW.rows, 0));
    this.dropout =
      settings.dropout && new Dropout(settings.dropout, settings.learningRate, seedOf(seed, DRAW.dropout, 0));
    this.training = new TrainingScores(train.x, engine, objective.outputs);
    this.validation = validation && new ValidationScores(validation, objective);
  }

  /** Fits from the start, from another model or from a checkpoint. Throws ABORTED, CHECKPOINT_MISMATCH, FEATURE_INVALID, OPTION_UNSUPPORTED, PARAMETER_INVALID. */
  static async fit(request: BoostingRequest): Promise<BoostingResult> {
    const { train, settings, options, initial } = request;
    const loop = new FitLoop(options, settings.rounds);
    checkMonotone(settings.tree.monotone, train.x);
    const weight = rowWeights(train, settings);
    const rows = Uint32Array.from({ length: train.x.rows }, (_, i) => i).filter((i) => weight[i]! > 0);
    const start = settings.startsScaled ? weight : rowWeights(train, { ...settings, scalePositive: 1 });
    const objective = chooseObjective(train, start, settings.objective, options.objective, initial?.init);
    const x = settings.ignoreCategories ? { ...train.x, categorical: train.x.names.map(() => false) } : train.x;
    let columns = inspectColumns(x, rows, settings.maxBin);
    if (initial) columns = continueCategories(columns, initial, settings.maxBin);
    const engine = await createEngine(
      train,
      weight,
      settings.tree,
      settings.maxBin,
      options.threads ?? 1,
      objective,
      columns,
    );
    try {
      await binMatrix(engine, x, rows, columns, settings.maxBin, seedOf(options.seed, DRAW.cuts, 0), loop.breathe);
      if (settings.bundle) await engine.bundle(loop.breathe);
      columns.used.forEach((column, f) => {
        engine.monotone[f] = settings.tree.monotone[column] ?? 0;
      });
      const totalWeight = weight.reduce((sum, w) => sum + w, 0);
      const gradients = gradientSourceFor(engine, objective, train, totalWeight);
      const run = new BoostingRun(request, objective, gradients, columns, rows, engine);
      if (initial) run.continue(initial);
      if (options.checkpoint?.resume) run.restore(options.checkpoint.resume);
      return { objective, ...(await run.finish(loop)) };
    } finally {
      await engine.close();
    }
  }

  private async finish(loop: FitLoop): Promise<Omit<BoostingResult, 'objective'>> {
    const { settings, validation, options, objective } = this;
    this.gradients.meanLoss();
    const exhausted = () => validation !== undefined && this.stopping.exhausted(this.round);
    while (this.round < settings.rounds && !exhausted()) {
      await this.boost(loop);
      const trainLoss = this.gradients.meanLoss();
      this.losses = validation ? { trainLoss, validationLoss: validation.loss() } : { trainLoss };
      this.round++;
      if (validation) this.rate(validation);
      await loop.after(this.round, this.losses, () => this.checkpoint());
    }
    const keepsBest = options.earlyStopping !== undefined && this.bestLosses !== undefined;
    const bestIteration = keepsBest ? this.stopping.bestIteration : this.round;
    const forest = this.forest.build(0, this.firstTree + bestIteration * objective.outputs);
    const values = keepsBest && this.dropout ? { value: this.bestValues.slice() } : {};
    const metrics = {
      ...(keepsBest ? this.bestLosses! : this.losses),
      bestIteration,
      iterations: this.round,
      earlyStopped: this.round < settings.rounds,
    };
    return { forest: { ...forest, ...values }, metrics };
  }

  /** Remembers the round when it is the best so far. */
  private rate(validation: ValidationScores): void {
    const metric = this.options.earlyStopping?.metric;
    const rating = metric ? validation.rate(metric) : this.losses.validationLoss!;
    if (!this.stopping.improves(this.round, rating)) return;
    this.bestLosses = this.losses;
    if (this.dropout) this.bestValues = this.forest.values();
  }

  /** Rounds so far, those of the initial forest counted: random numbers go on where it left off. */
  private get allRounds(): number {
    return this.firstTree / this.objective.outputs + this.round;
  }

  /** One round: a tree for each output, all on the scores that the round began with. */
  private async boost(loop: FitLoop): Promise<void> {
    const { engine, objective, settings, gradients, sampler } = this;
    const { outputs } = objective;
    const dropped = this.dropout?.next();
    if (dropped) this.drop(dropped);
    const learningRate = dropped?.learningRate ?? settings.learningRate;
    sampler.begin({ round: this.allRounds, learningRate: settings.learningRate, outputs, gradients });
    const first = this.forest.trees;
    for (let output = 0; output < outputs; output += engine.places) {
      const count = Math.min(engine.places, outputs - output);
      await this.growTrees(output, learningRate, gradients.pairs(output, count), loop);
    }
    sampler.end();
    this.training.addLeftOut(this.forest.forest, first, sampler.active);
    this.validation?.add(this.forest.forest, first, first + outputs);
    if (dropped) this.takeBack(dropped);
  }

  /** Grows the trees of the outputs from `first` on, whose pairs the engine holds. */
  private async growTrees(
    first: number,
    learningRate: number,
    spreads: readonly Spread[],
    loop: FitLoop,
  ): Promise<void> {
    const { engine, objective, options, rows } = this;
    const tree = this.allRounds * objective.outputs + first;
    const scales = spreads.map((spread, place): HistogramScale => {
      const { precision } = this.settings.tree;
      if (precision === 'f64') return { gradient: 1, hessian: 1 };
      const seed = seedOf(options.seed, DRAW.rounding, tree + place);
      return quantisePairs(engine, precision, place, spread, rows.length, seed);
    });
    for (const [place, scale] of scales.entries()) {
      this.growth.features.beginTree(tree + place);
      new TreeGrower(this.growth, { output: first + place, place, scale, learningRate }).grow();
      await loop.breathe();
    }
  }

  /** Takes the dropped rounds' trees out of all scores. */
  private drop({ dropped }: DropoutRound): void {
    if (dropped.length === 0) return;
    for (const round of dropped) this.addRound(round, -1);
    this.gradients.meanLoss();
  }

  /** Gives them back with what they now weigh. */
  private takeBack({ dropped, factor }: DropoutRound): void {
    for (const round of dropped) this.addRound(round, -factor);
  }

  /** Multiplies the values of a round's trees and adds them to all scores. */
  private addRound(round: number, factor: number): void {
    const { outputs } = this.objective;
    const first = this.firstTree + round * outputs;
    for (let tree = first; tree < first + outputs; tree++) this.forest.scale(tree, factor);
    this.training.add(this.forest.forest, first, first + outputs);
    this.validation?.add(this.forest.forest, first, first + outputs);
  }

  private checkpoint(): ModelArtifact {
    const { round, firstTree, losses, stopping, dropout, engine, validation, bestValues } = this;
    const { bestIteration } = stopping;
    const bestRating = Number.isFinite(stopping.bestLoss) ? stopping.bestLoss : null;
    const state = { round, firstTree, losses, bestLosses: this.bestLosses ?? null, bestIteration, bestRating };
    const dropped = dropout && {
      scores: engine.scores.slice(),
      validationScores: validation?.scores.slice() ?? new Float64Array(0),
      bestValues,
    };
    const weights = dropout ? { roundWeights: [...dropout.weights] } : {};
    return writeCheckpoint(this.request, this.forest.build(), { ...state, ...weights }, dropped);
  }

  /** Continues another model. */
  private continue(initial: Forest): void {
    if (this.options.checkpoint?.resume) return;
    this.forest.append(initial);
    this.firstTree = initial.roots.length;
    this.sampler.restore(this.allRounds);
    this.addAll();
  }

  /** Takes up a checkpoint: its trees give back the very scores, added in the same order. */
  private restore(artifact: ModelArtifact): void {
    const { forest, state, dropped } = readCheckpoint(artifact, this.request, this.objective.init);
    this.forest.append(forest);
    this.round = state.round;
    this.firstTree = state.firstTree;
    this.losses = state.losses;
    this.bestLosses = state.bestLosses ?? undefined;
    if (state.bestRating !== null) {
      const best = { bestLoss: state.bestRating, bestIteration: state.bestIteration };
      this.stopping = new EarlyStopping(this.options.earlyStopping?.rounds, best);
    }
    this.sampler.restore(this.allRounds);
    if (this.dropout) this.restoreDropped(state, dropped!);
    else this.addAll();
  }

  /** Dropped trees have changed since they were added: scores come from the checkpoint itself. */
  private restoreDropped({ roundWeights }: BoostingState, dropped: DroppedState): void {
    this.dropout!.weights = [...roundWeights!];
    this.bestValues = dropped.bestValues;
    this.engine.scores.set(dropped.scores);
    this.validation?.scores.set(dropped.validationScores);
  }

  private addAll(): void {
    this.training.add(this.forest.forest, 0, this.forest.trees);
    this.validation?.add(this.forest.forest, 0, this.forest.trees);
  }
}
