import { LearnError } from '@trainyard/data';
import type { Uncertainty } from '../../model.js';
import { normalQuantile } from '../../normal-distribution.js';
import { type Head, widthOf } from './head.js';
import { deviationOf } from './precision.js';
import { centreOf, quantileOf } from './read-outputs.js';

/**
 * What several answers for the same rows, `n x width` each, say together: their spread is what too little data leaves open
 * (epistemic), the mean of what each says of the noise is aleatoric (Kendall and Gal 2017; Lakshminarayanan et al. 2017). Intervals are
 * normal ones; of quantiles they are the learnt quantiles, made wider by the answers' spread.
 * Throws PARAMETER_INVALID for a level that the learnt quantiles do not reach.
 */
export function uncertaintyOf(answers: readonly Float32Array[], rows: number, head: Head, level?: number): Uncertainty {
  const noisy = head.kind === 'gaussian' || head.kind === 'quantiles';
  const kind = noisy ? (answers.length > 1 ? 'total' : 'aleatoric') : 'epistemic';
  const used = checkLevel(head, level);
  const z = normalQuantile(0.5 + used / 2);
  const { values: width, scale } = head;
  const [mean, variance, lower, upper] = Array.from({ length: 4 }, () => new Float64Array(rows * width)) as Four;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const said = spreadOf(answers, head, i, j, used, z);
      const at = i * width + j;
      const [centre, unit] = [scale.mean[j]!, scale.deviation[j]!];
      mean[at] = centre + unit * said.mean;
      variance[at] = unit * unit * said.variance;
      lower[at] = centre + unit * said.lower;
      upper[at] = centre + unit * said.upper;
    }
  }
  return { kind, level: used, mean, variance, lower, upper };
}

type Four = [Float64Array, Float64Array, Float64Array, Float64Array];

/** In deviations of the target: of value j of a row. */
function spreadOf(answers: readonly Float32Array[], head: Head, row: number, j: number, level: number, z: number) {
  const n = answers.length;
  let [sum, squares, noise, lower, upper] = [0, 0, 0, 0, 0];
  for (const outputs of answers) {
    const centre = centreOf(head, outputs, row, j);
    sum += centre / n;
    squares += (centre * centre) / n;
    if (head.kind === 'gaussian') noise += deviationOf(outputs[row * widthOf(head) + head.values + j]!) ** 2 / n;
    if (head.kind !== 'quantiles') continue;
    lower += quantileOf(head, outputs, row, j, (1 - level) / 2) / n;
    upper += quantileOf(head, outputs, row, j, (1 + level) / 2) / n;
  }
  const doubt = n > 1 ? Math.max(0, squares - sum * sum) * (n / (n - 1)) : 0;
  if (head.kind === 'quantiles') {
    noise = ((upper - lower) / (2 * z)) ** 2;
    const wider = noise > 0 ? Math.sqrt((noise + doubt) / noise) : 1;
    return {
      mean: sum,
      variance: noise + doubt,
      lower: sum + wider * (lower - sum),
      upper: sum + wider * (upper - sum),
    };
  }
  const half = z * Math.sqrt(noise + doubt);
  return { mean: sum, variance: noise + doubt, lower: sum - half, upper: sum + half };
}

/** 0.9 by default, or what the outermost quantiles that lie opposite each other hold. */
function checkLevel({ kind, quantiles }: Head, level: number | undefined): number {
  const least = quantiles[0] ?? 0;
  const most = quantiles.at(-1) ?? 1;
  const reach = Math.min(1 - 2 * least, 2 * most - 1);
  const used = level ?? (kind === 'quantiles' ? Math.min(0.9, reach) : 0.9);
  if (!(used > 0 && used < 1)) {
    const words = `The level is ${used}, but must be between 0 and 1.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'level' });
  }
  if (kind === 'quantiles' && used > reach + 1e-9) {
    const wanted = [(1 - used) / 2, (1 + used) / 2].map((q) => q.toFixed(3)).join(' and ');
    const words = `An interval of ${used} needs the quantiles ${wanted}, and the model learnt ${quantiles.join(', ')}: ask for less, or train with them in params.quantiles.`;
    throw new LearnError('PARAMETER_INVALID', words, { field: 'level' });
  }
  return used;
}
