import type { BoostingSettings, DropoutSettings } from '../settings.js';
import { XGBOOST_OBJECTIVES } from './objectives.js';

/** What `XGBOOST_PARAMETERS` resolve to. */
export interface XGBoostParams {
  readonly objective: string | null;
  readonly base_score: number | null;
  readonly quantile_alpha: number;
  readonly huber_slope: number;
  readonly tweedie_variance_power: number;
  readonly booster: 'gbtree' | 'dart';
  readonly n_estimators: number;
  readonly learning_rate: number;
  readonly max_depth: number;
  readonly max_leaves: number;
  readonly grow_policy: 'depthwise' | 'lossguide';
  readonly gamma: number;
  readonly min_child_weight: number;
  readonly max_delta_step: number | null;
  readonly reg_lambda: number;
  readonly reg_alpha: number;
  readonly subsample: number;
  readonly colsample_bytree: number;
  readonly colsample_bylevel: number;
  readonly colsample_bynode: number;
  readonly monotone_constraints: readonly number[];
  readonly max_bin: number;
  readonly scale_pos_weight: number;
  readonly class_weight: 'balanced' | null;
  readonly enable_categorical: boolean;
  readonly max_cat_to_onehot: number;
  readonly max_cat_threshold: number;
  readonly rate_drop: number;
  readonly skip_drop: number;
  readonly one_drop: boolean;
  readonly sample_type: 'uniform' | 'weighted';
  readonly normalize_type: 'tree' | 'forest';
  readonly tree_method: 'hist' | 'auto';
  readonly histogram_precision: 'q32' | 'q64' | 'f64';
}

/** Most leaves of a tree that has no other limit. */
const MOST_LEAVES = 131_072;
/** XGBoost's kRtEps: a gain up to this is none. */
const LEAST_GAIN = 1e-6;
/** One bin of XGBoost's 256 is ours for missing values: bins of a byte are quicker by far. */
const BYTE_BINS = 255;
/** max_delta_step of count:poisson unless it is given. */
const POISSON_STEP = 0.7;

/** XGBoost's parameters as settings of the engine. */
export function xgboostSettings(params: XGBoostParams): BoostingSettings {
  const name = params.objective === null ? null : XGBOOST_OBJECTIVES[params.objective]!;
  const poisson = name === 'poisson';
  return {
    tree: {
      growth: params.grow_policy === 'depthwise' ? 'depth' : 'leaf',
      maxLeaves: mostLeaves(params),
      maxDepth: params.max_depth > 0 ? params.max_depth : Number.POSITIVE_INFINITY,
      minChildRows: 0,
      minChildHessian: params.min_child_weight,
      lambda: params.reg_lambda,
      alpha: params.reg_alpha,
      minSplitGain: Math.max(LEAST_GAIN, params.gamma),
      maxDeltaStep: params.max_delta_step ?? (poisson ? POISSON_STEP : 0),
      parentGain: 'clipped',
      rootStep: true,
      missingUnseen: 'right',
      categories: {
        // Categories are ordered by the weight a leaf of them would have.
        smooth: params.reg_lambda,
        smoothRows: 0,
        lambda: 0,
        mostInSet: params.max_cat_threshold,
        mostOneHot: params.max_cat_to_onehot,
        rowsPerGroup: 0,
      },
      monotone: params.monotone_constraints.some((c) => c !== 0) ? params.monotone_constraints : [],
      precision: params.histogram_precision,
    },
    rounds: params.n_estimators,
    learningRate: params.learning_rate,
    maxBin: params.max_bin === 256 ? BYTE_BINS : params.max_bin,
    // XGBoost has no parameter for it: the trees are the same.
    bundle: true,
    ignoreCategories: !params.enable_categorical,
    features: { byTree: params.colsample_bytree, byLevel: params.colsample_bylevel, byNode: params.colsample_bynode },
    rows: params.subsample < 1 ? { kind: 'uniform', share: params.subsample, every: 1 } : { kind: 'all' },
    ...(params.booster === 'dart' ? { dropout: dropoutOf(params) } : {}),
    objective: {
      name,
      quantile: params.quantile_alpha,
      huber: params.huber_slope,
      tweediePower: params.tweedie_variance_power,
      poissonStep: params.max_delta_step ?? POISSON_STEP,
      softmaxFactor: () => 2,
      interpolation: 'exclusive',
      baseScore: params.base_score,
    },
    classWeight: params.class_weight,
    scalePositive: params.scale_pos_weight,
    startsScaled: true,
  };
}

function mostLeaves({ max_leaves, max_depth }: XGBoostParams): number {
  const byDepth = max_depth > 0 && max_depth < 17 ? 2 ** max_depth : MOST_LEAVES;
  return max_leaves > 0 ? Math.min(max_leaves, byDepth) : byDepth;
}

function dropoutOf(params: XGBoostParams): DropoutSettings {
  const { rate_drop, skip_drop, one_drop, sample_type, normalize_type } = params;
  return {
    rate: rate_drop,
    skip: skip_drop,
    most: 0,
    one: one_drop,
    sampling: sample_type,
    normalisation: normalize_type,
  };
}
