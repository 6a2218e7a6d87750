/** P(first class) = 1 / (1 + exp(slope * decision + offset)). */
export interface Sigmoid {
  readonly slope: number;
  readonly offset: number;
}

export function sigmoidOf({ slope, offset }: Sigmoid, decision: number): number {
  const z = slope * decision + offset;
  return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}

/** -log likelihood of one row under target t, written so that nothing overflows. */
const rowLoss = (z: number, t: number) =>
  z >= 0 ? t * z + Math.log1p(Math.exp(-z)) : (t - 1) * z + Math.log1p(Math.exp(z));

/**
 * Platt scaling by Newton's method with backtracking (Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support
 * vector machines", 2007), on decisions of rows that the deciding machine was not fitted on.
 */
export function fitSigmoid(decisions: Float64Array, positive: Uint8Array): Sigmoid {
  const n = decisions.length;
  let count = 0;
  for (const p of positive) count += p;
  // Targets a little inside of 0 and 1, which regularises as Platt does.
  const high = (count + 1) / (count + 2);
  const low = 1 / (n - count + 2);
  const target = (i: number) => (positive[i] ? high : low);
  const lossAt = (slope: number, offset: number) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += rowLoss(slope * decisions[i]! + offset, target(i));
    return sum;
  };
  let slope = 0;
  let offset = Math.log((n - count + 1) / (count + 1));
  let loss = lossAt(slope, offset);
  for (let iteration = 0; iteration < 100; iteration++) {
    let h11 = 1e-12;
    let h22 = 1e-12;
    let h21 = 0;
    let g1 = 0;
    let g2 = 0;
    for (let i = 0; i < n; i++) {
      const d = decisions[i]!;
      const p = sigmoidOf({ slope, offset }, d);
      const w = p * (1 - p);
      h11 += d * d * w;
      h22 += w;
      h21 += d * w;
      g1 += d * (target(i) - p);
      g2 += target(i) - p;
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break;
    const determinant = h11 * h22 - h21 * h21;
    const stepSlope = -(h22 * g1 - h21 * g2) / determinant;
    const stepOffset = -(-h21 * g1 + h11 * g2) / determinant;
    const descent = g1 * stepSlope + g2 * stepOffset;
    let size = 1;
    for (; size >= 1e-10; size /= 2) {
      const next = lossAt(slope + size * stepSlope, offset + size * stepOffset);
      if (next >= loss + 1e-4 * size * descent) continue;
      slope += size * stepSlope;
      offset += size * stepOffset;
      loss = next;
      break;
    }
    if (size < 1e-10) break;
  }
  return { slope, offset };
}
