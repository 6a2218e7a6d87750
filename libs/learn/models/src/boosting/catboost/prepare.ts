import { type Dataset, LearnError } from '@trainyard/data';
import type { ObliviousEngine } from '@trainyard/kernels';
import type { FitOptions } from '../../model.js';
import { checkMonotone } from '../growth/monotone.js';
import { seedOf } from '../sampling/seeds.js';
import { CategoryFeatures, countFeatures } from './category-features.js';
import { planColumns } from './columns.js';
import { createEngine } from './create-engine.js';
import { DRAW_SEED } from './grow-tree.js';
import { joinFeatures } from './join-trees.js';
import { chooseLearningRate } from './learning-rate.js';
import { chooseLoss, customLoss, type Loss } from './loss.js';
import type { Features, ObliviousTrees } from './oblivious-trees.js';
import { OrderedBoosting } from './ordered-boosting.js';
import type { CatBoostParams } from './parameters.js';
import { binNumeric } from './quantise-columns.js';
import { rowWeights } from './row-weights.js';
import { RowScorer } from './score-rows.js';
import { permutationOf } from './target-statistics.js';

/** What a fit works on. */
export interface Prepared {
  readonly params: CatBoostParams;
  readonly engine: ObliviousEngine;
  readonly loss: Loss;
  readonly weight: Float64Array;
  /** Sum of the weights. */
  readonly total: number;
  /** Rows of positive weight. */
  readonly rows: Uint32Array;
  readonly features: Features;
  readonly categories: CategoryFeatures;
  /** Orders of the rows: 1 when nothing depends on them. */
  readonly orders: number;
  readonly ordered: OrderedBoosting | undefined;
  readonly learningRate: number;
  /** The model that the fit continues. */
  readonly initial: ObliviousTrees | undefined;
}

/** Bins the data into an engine, which the caller closes. Throws FEATURE_INVALID, OPTION_UNSUPPORTED, PARAMETER_INVALID, TARGET_NOT_NUMERIC. */
export async function prepare(
  train: Dataset,
  params: CatBoostParams,
  options: FitOptions,
  initial: ObliviousTrees | undefined,
): Promise<Prepared> {
  const { x } = train;
  checkMonotone(params.monotone_constraints, x);
  const weight = rowWeights(train, params);
  const total = weight.reduce((sum, w) => sum + w, 0);
  if (total === 0) {
    throw new LearnError(
      'WEIGHT_INVALID',
      'Every row weighs 0 once class weights are applied: there is nothing to fit on.',
    );
  }
  const rows = Uint32Array.from({ length: x.rows }, (_, i) => i).filter((i) => weight[i]! > 0);
  const loss = options.objective ? customLoss(params, train.task) : chooseLoss(params, train, weight);
  const plan = planColumns(x, rows, params.one_hot_max_size);
  const base = initial && new RowScorer(initial).score(x);
  const shape = { numeric: plan.numeric.length, features: countFeatures(plan, train), depth: params.depth };
  const engine = await createEngine(train, weight, loss, base, { ...shape, threads: options.threads ?? 1 });
  try {
    plan.numeric.forEach((column, f) => {
      engine.monotone[f] = params.monotone_constraints[column] ?? 0;
    });
    const missingHigh = params.nan_mode === 'Max';
    const seed = seedOf(options.seed, DRAW_SEED.cuts, 0);
    const numeric = binNumeric(engine, x, rows, plan, params.border_count, missingHigh, seed);
    const needsOrders = plan.statistics.length > 0 || params.boosting_type === 'Ordered';
    const orders = needsOrders ? params.permutation_count : 1;
    const categories = CategoryFeatures.create(engine, train, plan, weight, params, options.seed, orders);
    const learningRate =
      params.learning_rate ??
      chooseLearningRate(
        options.objective ? undefined : loss.kind,
        rows.length,
        params.iterations,
        options.validation !== undefined,
      );
    const ordered =
      params.boosting_type === 'Ordered'
        ? startOrdered(engine, loss, params, weight, options.seed, orders, learningRate)
        : undefined;
    const features = joinFeatures([...numeric, ...categories.features]);
    return { params, engine, loss, weight, total, rows, features, categories, orders, ordered, learningRate, initial };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

function startOrdered(
  engine: ObliviousEngine,
  loss: Loss,
  params: CatBoostParams,
  ...[weight, seed, orders, learningRate]: [Float64Array, number, number, number]
): OrderedBoosting {
  const permutations = Array.from({ length: orders - 1 }, (_, i) => {
    return permutationOf(weight.length, seed, i).filter((row) => weight[row]! > 0);
  });
  return new OrderedBoosting(engine, loss, permutations, params.l2_leaf_reg, learningRate, params.depth);
}
