/**
 * The standard normal quantile of p in (0, 1): Acklam's rational approximation, relative error under 1.2e-9.
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    const top =
      ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const bottom =
      (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1;
    return top / bottom;
  }
  const q = p - 0.5;
  const r = q * q;
  const top =
    ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
    2.506628277459239;
  const bottom =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return (q * top) / bottom;
}

/** Steps on either side of the mean; for so smooth a function the sum is exact to ten digits. */
const STEPS = 60;
const WIDTH = 8;

/** The mean of the logistic function of a normal variable, by the trapezoidal rule. */
export function meanSigmoid(mean: number, variance: number): number {
  const deviation = Math.sqrt(variance);
  let sum = 0;
  let total = 0;
  for (let i = -STEPS; i <= STEPS; i++) {
    const z = (i * WIDTH) / STEPS;
    const density = Math.exp(-0.5 * z * z);
    total += density;
    sum += density / (1 + Math.exp(-(mean + deviation * z)));
  }
  return sum / total;
}
