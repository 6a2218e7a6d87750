import type { SplitRules } from '@trainyard/kernels';
import type { TreeSettings } from '../settings.js';

/** Units of the histogram in one unit of gradient and of hessian (1 for exact histograms). */
export interface HistogramScale {
  readonly gradient: number;
  readonly hessian: number;
}

/** The settings in the units of the histogram. */
export function splitRules(settings: TreeSettings, scale: HistogramScale): SplitRules {
  const { categories } = settings;
  return {
    lambda: settings.lambda * scale.hessian,
    alpha: settings.alpha * scale.gradient,
    minHessian: settings.minChildHessian * scale.hessian,
    minRows: settings.minChildRows,
    minGain: (settings.minSplitGain * scale.gradient ** 2) / scale.hessian,
    maxDeltaStep: (settings.maxDeltaStep * scale.gradient) / scale.hessian,
    catSmooth: categories.smooth * scale.hessian,
    catSmoothRows: categories.smoothRows,
    catLambda: categories.lambda * scale.hessian,
    maxCatThreshold: categories.mostInSet,
    maxCatToOnehot: categories.mostOneHot,
    minDataPerGroup: categories.rowsPerGroup,
  };
}
