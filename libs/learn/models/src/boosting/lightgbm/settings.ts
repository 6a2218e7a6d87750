import { LearnError } from '@trainyard/data';
import type { BoostingSettings, DropoutSettings, RowSampling } from '../settings.js';
import { LIGHTGBM_OBJECTIVES } from './objectives.js';

/** What `LIGHTGBM_PARAMETERS` resolve to. */
export interface LightGBMParams {
  readonly objective: string | null;
  readonly alpha: number;
  readonly tweedie_variance_power: number;
  readonly poisson_max_delta_step: number;
  readonly boosting_type: 'gbdt' | 'dart';
  readonly n_estimators: number;
  readonly learning_rate: number;
  readonly num_leaves: number;
  readonly max_depth: number;
  readonly min_child_samples: number;
  readonly min_child_weight: number;
  readonly reg_lambda: number;
  readonly reg_alpha: number;
  readonly min_split_gain: number;
  readonly max_delta_step: number;
  readonly monotone_constraints: readonly number[];
  readonly data_sample_strategy: 'bagging' | 'goss';
  readonly top_rate: number;
  readonly other_rate: number;
  readonly subsample: number;
  readonly subsample_freq: number;
  readonly colsample_bytree: number;
  readonly feature_fraction_bynode: number;
  readonly drop_rate: number;
  readonly max_drop: number;
  readonly skip_drop: number;
  readonly uniform_drop: boolean;
  readonly xgboost_dart_mode: boolean;
  readonly max_bin: number;
  readonly enable_bundle: boolean;
  readonly scale_pos_weight: number;
  readonly class_weight: 'balanced' | null;
  readonly cat_smooth: number;
  readonly cat_l2: number;
  readonly max_cat_threshold: number;
  readonly max_cat_to_onehot: number;
  readonly min_data_per_group: number;
  readonly histogram_precision: 'q32' | 'q64' | 'f64';
}

/** LightGBM's parameters as settings of the engine. Throws PARAMETER_INVALID. */
export function lightgbmSettings(params: LightGBMParams): BoostingSettings {
  const dropout = params.boosting_type === 'dart' ? { dropout: dropoutOf(params) } : {};
  return {
    tree: {
      growth: 'leaf',
      maxLeaves: params.num_leaves,
      maxDepth: params.max_depth > 0 ? params.max_depth : Number.POSITIVE_INFINITY,
      minChildRows: params.min_child_samples,
      minChildHessian: params.min_child_weight,
      lambda: params.reg_lambda,
      alpha: params.reg_alpha,
      minSplitGain: params.min_split_gain,
      maxDeltaStep: params.max_delta_step,
      parentGain: 'free',
      rootStep: false,
      missingUnseen: 'larger',
      categories: {
        smooth: params.cat_smooth,
        smoothRows: params.cat_smooth,
        lambda: params.cat_l2,
        mostInSet: params.max_cat_threshold,
        mostOneHot: params.max_cat_to_onehot,
        rowsPerGroup: params.min_data_per_group,
      },
      monotone: params.monotone_constraints.some((c) => c !== 0) ? params.monotone_constraints : [],
      precision: params.histogram_precision,
    },
    rounds: params.n_estimators,
    learningRate: params.learning_rate,
    maxBin: params.max_bin,
    bundle: params.enable_bundle,
    features: { byTree: params.colsample_bytree, byLevel: 1, byNode: params.feature_fraction_bynode },
    rows: rowSampling(params),
    ...dropout,
    objective: {
      name: params.objective === null ? null : LIGHTGBM_OBJECTIVES[params.objective]!,
      quantile: quantileOf(params),
      huber: params.alpha,
      tweediePower: params.tweedie_variance_power,
      poissonStep: params.poisson_max_delta_step,
      softmaxFactor: (k) => k / (k - 1),
      interpolation: 'inclusive',
      baseScore: null,
    },
    classWeight: params.class_weight,
    scalePositive: params.scale_pos_weight,
    startsScaled: false,
  };
}

function quantileOf({ objective, alpha }: LightGBMParams): number {
  if (objective !== 'quantile' || alpha < 1) return alpha;
  throw new LearnError('PARAMETER_INVALID', `params.alpha is ${alpha}, but a quantile must be below 1.`, {
    field: 'params.alpha',
  });
}

function rowSampling(params: LightGBMParams): RowSampling {
  const { data_sample_strategy, top_rate, other_rate, subsample, subsample_freq } = params;
  if (data_sample_strategy === 'goss') {
    if (top_rate + other_rate >= 1) {
      throw new LearnError('PARAMETER_INVALID', 'params.top_rate and params.other_rate must sum to less than 1.', {
        field: 'params.top_rate',
      });
    }
    return { kind: 'goss', top: top_rate, other: other_rate };
  }
  return subsample < 1 && subsample_freq > 0
    ? { kind: 'uniform', share: subsample, every: subsample_freq }
    : { kind: 'all' };
}

function dropoutOf(params: LightGBMParams): DropoutSettings {
  return {
    rate: params.drop_rate,
    skip: params.skip_drop,
    most: Math.max(0, params.max_drop),
    one: false,
    sampling: params.uniform_drop ? 'uniform' : 'weighted',
    normalisation: params.xgboost_dart_mode ? 'tree' : 'average',
  };
}
