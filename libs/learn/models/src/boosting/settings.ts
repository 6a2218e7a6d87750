import type { FeatureShares } from './growth/feature-sampler.js';
import type { ObjectiveSettings } from './objectives/objective-settings.js';

/** How one tree grows, in one vocabulary for all libraries. */
export interface TreeSettings {
  /** The next leaf to split: the one with the most to gain, or the one nearest to the root. */
  readonly growth: 'leaf' | 'depth';
  readonly maxLeaves: number;
  /** Most splits from root to leaf; infinite for no limit. */
  readonly maxDepth: number;
  readonly minChildRows: number;
  readonly minChildHessian: number;
  readonly lambda: number;
  readonly alpha: number;
  /** Gain a split must exceed. */
  readonly minSplitGain: number;
  /** Largest |leaf value| before the learning rate; 0 for no limit. */
  readonly maxDeltaStep: number;
  /** Whether a leaf's gain counts from its own clipped weight, or from what it would weigh freely. */
  readonly parentGain: 'clipped' | 'free';
  /** A tree that found no split still takes a Newton step. */
  readonly rootStep: boolean;
  /** Where missing values go at a split that saw none: with the larger child, or right. */
  readonly missingUnseen: 'larger' | 'right';
  readonly categories: {
    readonly smooth: number;
    /** Categories with fewer rows never go left in a set. */
    readonly smoothRows: number;
    readonly lambda: number;
    readonly mostInSet: number;
    /** Features with this many bins or fewer, that of missing values counted, send one category left. */
    readonly mostOneHot: number;
    readonly rowsPerGroup: number;
  };
  /** -1, 0 or 1 a column; empty for none. */
  readonly monotone: readonly number[];
  readonly precision: 'q32' | 'q64' | 'f64';
}

/** Which rows a round's trees grow on. */
export type RowSampling =
  | { readonly kind: 'all' }
  | { readonly kind: 'uniform'; readonly share: number; readonly every: number }
  /** Gradient-based one-side sampling (Ke et al., 2017). */
  | { readonly kind: 'goss'; readonly top: number; readonly other: number };

/** Dropping trees while training (Rashmi and Gilad-Bachrach, "DART", 2015). */
export interface DropoutSettings {
  /** Share of the trees dropped, the chance that a round drops none, and the most rounds dropped (0: no limit). */
  readonly rate: number;
  readonly skip: number;
  readonly most: number;
  /** Drop at least one. */
  readonly one: boolean;
  /** Every tree with the same chance, or by its weight. */
  readonly sampling: 'uniform' | 'weighted';
  /** How the new tree and the dropped ones share: k dropped trees and learning rate r. */
  readonly normalisation: 'average' | 'tree' | 'forest';
}

export interface BoostingSettings {
  readonly tree: TreeSettings;
  readonly rounds: number;
  readonly learningRate: number;
  readonly maxBin: number;
  /** Take the codes of categorical columns as numbers. */
  readonly ignoreCategories?: boolean;
  /** Let exclusive sparse features share columns of bins: faster, and the same trees. */
  readonly bundle: boolean;
  /** Shares of features. */
  readonly features: FeatureShares;
  readonly rows: RowSampling;
  readonly dropout?: DropoutSettings;
  readonly objective: ObjectiveSettings;
  readonly classWeight: 'balanced' | null;
  /** Factor on the weight of the second class; `startsScaled`: for the score before the first tree as well. */
  readonly scalePositive: number;
  readonly startsScaled: boolean;
}
