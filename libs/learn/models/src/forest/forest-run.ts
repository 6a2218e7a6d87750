import { type Dataset, LearnError } from '@trainyard/data';
import { ForestEngine } from '@trainyard/kernels';
import { seedOf } from '../boosting/sampling/seeds.js';
import { EarlyStopping, FitLoop, type Losses } from '../fit-loop.js';
import type { FitOptions, TrainingMetrics } from '../model.js';
import { takeDatasetRows } from '../take-rows.js';
import { binRows, cutRows } from './bin-rows.js';
import { type ForestState, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { type CompactForest, joinForests, splitForest } from './compact-forest.js';
import { compactTree, treeImportance } from './compact-tree.js';
import { OutOfBag } from './out-of-bag.js';
import type { ForestParams } from './parameters.js';
import { RunningScores } from './running-scores.js';
import { forestSettings, forestWeights } from './settings.js';

/** Purpose of a tree's random numbers. */
const DRAW_TREE = 11;
/** Training rows that the loss is reported on: scoring all of them would cost a tenth of growing the trees. */
const LOSS_ROWS = 1000;
/** Below this many values threads cost more than they save. */
const FEW_VALUES = 20_000;

export interface ForestResult extends ForestState {
  readonly metrics: Omit<TrainingMetrics, 'seconds'>;
  readonly oobScore?: number;
}

/** One fit: trees arrive from the engine in any order and are taken up in theirs. */
export class ForestRun {
  private readonly trees: CompactForest[] = [];
  private readonly importance: Float64Array[] = [];
  /** Trees that came before their turn. */
  private readonly early = new Map<number, { tree: CompactForest; importance: Float64Array }>();
  private readonly scores: RunningScores;
  private readonly validation: RunningScores | undefined;
  private readonly outOfBag: OutOfBag | undefined;
  private readonly stopping: EarlyStopping;
  private losses: Losses = { trainLoss: Number.NaN };
  private bestLosses: Losses | undefined;
  private count = 0;

  private constructor(
    private readonly train: Dataset,
    private readonly params: ForestParams,
    private readonly options: FitOptions,
    private readonly engine: ForestEngine,
    rows: Uint32Array,
    /** Mean target that regression targets are centred by. */
    private readonly offset: number,
    private readonly initial: ForestState | undefined,
  ) {
    const step = Math.max(1, rows.length / LOSS_ROWS);
    const some = Uint32Array.from({ length: Math.min(rows.length, LOSS_ROWS) }, (_, i) => rows[Math.floor(i * step)]!);
    this.scores = new RunningScores(takeDatasetRows(train, some), this.classes);
    this.validation = options.validation && new RunningScores(options.validation, this.classes);
    this.outOfBag = params.oob_score ? new OutOfBag(train, rows, this.classes) : undefined;
    this.stopping = new EarlyStopping(options.earlyStopping?.rounds);
    if (initial) {
      this.scores.add(initial.forest);
      this.validation?.add(initial.forest);
    }
  }

  /**
   * Fits from the start, from a model's forest (`initial`) or from a checkpoint. Throws ABORTED, CHECKPOINT_MISMATCH,
   * OPTION_UNSUPPORTED when the memory does not suffice.
   */
  static async fit(
    train: Dataset,
    params: ForestParams,
    options: FitOptions,
    ...[randomThresholds, initial]: [randomThresholds: boolean, initial: ForestState | undefined]
  ): Promise<ForestResult> {
    const loop = new FitLoop(options, params.n_estimators);
    const weights = forestWeights(train, params.class_weight === 'balanced');
    const rows = Uint32Array.from({ length: train.x.rows }, (_, i) => i).filter((i) => weights[i]! > 0);
    const unit = rows.every((row) => weights[row] === 1);
    const engine = await createEngine(train, params, options, rows, unit, randomThresholds);
    try {
      await loop.breathe();
      const offset = train.task === 'regression' ? meanOf(train.y, weights) : 0;
      rows.forEach((row, i) => {
        engine.targets[i] = train.y[row]! - offset;
        if (engine.weights.length > 0) engine.weights[i] = weights[row]!;
      });
      await binRows(engine, train.x, rows, params.max_bin, loop.breathe);
      const before = initial?.forest.roots.length ?? 0;
      engine.seeds.forEach((_, t) => {
        engine.seeds[t] = seedOf(options.seed, DRAW_TREE, before + t) || 1;
      });
      return await new ForestRun(train, params, options, engine, rows, offset, initial).finish(loop);
    } finally {
      await engine.close();
    }
  }

  private get classes(): number {
    return this.train.task === 'regression' ? 0 : this.train.classes!.length;
  }

  private async finish(loop: FitLoop): Promise<ForestResult> {
    const { params, options, engine, outOfBag, stopping } = this;
    const { resume } = options.checkpoint ?? {};
    if (resume) this.restore(readCheckpoint(resume, this.fitId));
    engine.skipTo(this.count);
    const exhausted = (): boolean => this.validation !== undefined && stopping.exhausted(this.count);
    while (this.count < params.n_estimators && !exhausted()) {
      const next = this.early.get(this.count);
      if (next === undefined) {
        for (const grown of engine.grow()) {
          const tree = compactTree(grown, this.train.x.cols, this.classes, this.offset);
          this.early.set(grown.tree, { tree, importance: treeImportance(grown, this.train.x.cols) });
        }
        await loop.breathe();
        continue;
      }
      this.early.delete(this.count);
      this.take(next.tree, next.importance);
      await loop.after(this.count, this.losses, () => writeCheckpoint(this.fitId, this.state(this.count)));
    }
    const keepsBest = options.earlyStopping !== undefined && this.bestLosses !== undefined;
    const bestIteration = keepsBest ? stopping.bestIteration : this.count;
    const oobScore = outOfBag?.score();
    const metrics = {
      ...(keepsBest ? this.bestLosses! : this.losses),
      bestIteration,
      iterations: this.count,
      earlyStopped: this.count < params.n_estimators,
      ...(oobScore === undefined ? {} : { oobScore }),
    };
    const { initial } = this;
    const own = this.state(bestIteration);
    const forest = initial ? joinForests([initial.forest, own.forest], own.forest.outputs) : own.forest;
    const importance = new Float64Array((initial?.importance.length ?? 0) + own.importance.length);
    importance.set(initial?.importance ?? []);
    importance.set(own.importance, importance.length - own.importance.length);
    return { forest, importance, metrics, ...(oobScore === undefined ? {} : { oobScore }) };
  }

  private take(tree: CompactForest, importance: Float64Array): void {
    this.trees.push(tree);
    this.importance.push(importance);
    this.scores.add(tree);
    this.validation?.add(tree);
    this.outOfBag?.add(tree, this.engine.sample(this.engine.seeds[this.count]!));
    this.count++;
    const trainLoss = this.scores.loss();
    this.losses = this.validation ? { trainLoss, validationLoss: this.validation.loss() } : { trainLoss };
    const metric = this.options.earlyStopping?.metric;
    let judged = this.losses.validationLoss ?? Number.NaN;
    if (metric && this.validation) {
      const score = metric.score(this.validation.predictions(), this.options.validation!);
      judged = metric.greaterIsBetter ? -score : score;
    }
    if (this.stopping.improves(this.count, judged)) this.bestLosses = this.losses;
  }

  /** The first `count` trees of this fit. */
  private state(count: number): ForestState {
    const forest = joinForests(this.trees.slice(0, count), Math.max(1, this.classes));
    const { cols } = this.train.x;
    const importance = new Float64Array(count * cols);
    for (let t = 0; t < count; t++) importance.set(this.importance[t]!, t * cols);
    return { forest, importance };
  }

  /** Takes up the trees of a checkpoint, one after the other as if they had just been grown. */
  private restore({ forest, importance }: ForestState): void {
    const { cols } = this.train.x;
    splitForest(forest).forEach((tree, t) => {
      this.take(tree, importance.slice(t * cols, (t + 1) * cols));
    });
  }

  private get fitId() {
    const { train, params, initial } = this;
    return { train, params, seed: this.options.seed, initialTrees: initial?.forest.roots.length ?? 0 };
  }
}

/** An engine without bins yet. Throws OPTION_UNSUPPORTED when memory does not suffice. */
async function createEngine(
  train: Dataset,
  params: ForestParams,
  options: FitOptions,
  ...[rows, unit, randomThresholds]: [rows: Uint32Array, unit: boolean, randomThresholds: boolean]
): Promise<ForestEngine> {
  const few = rows.length * train.x.cols < FEW_VALUES;
  try {
    return await ForestEngine.create({
      ...forestSettings(params, train, rows.length, unit, randomThresholds),
      rows: rows.length,
      features: train.x.cols,
      trees: params.n_estimators,
      threads: few ? 1 : Math.min(options.threads ?? 1, params.n_estimators),
      sampleRows: cutRows(rows.length),
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError(
      'OPTION_UNSUPPORTED',
      `The data do not fit into the memory of one fit: ${error.message}. Give fewer rows, columns or threads.`,
    );
  }
}

function meanOf(y: Float64Array, weights: Float64Array): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    sum += weights[i]! * y[i]!;
    total += weights[i]!;
  }
  return sum / total;
}
