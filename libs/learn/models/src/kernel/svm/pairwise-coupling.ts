/**
 * Class probabilities from those of all pairs (Wu, Lin and Weng, "Probability estimates for multi-class classification by
 * pairwise coupling", 2004, the second method). `pairwise` is row-major `k x k` with P(i | i or j) at i, j; the result, k
 * entries that sum to 1, goes to `out`.
 */
export function couplePairs(pairwise: Float64Array, k: number, out: Float64Array): void {
  const q = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      if (i === j) continue;
      const back = pairwise[j * k + i]!;
      q[i * k + i]! += back * back;
      q[i * k + j] = -back * pairwise[i * k + j]!;
    }
  }
  out.fill(1 / k);
  const qp = new Float64Array(k);
  for (let iteration = 0; iteration < Math.max(100, k); iteration++) {
    let pqp = 0;
    for (let i = 0; i < k; i++) {
      qp[i] = 0;
      for (let j = 0; j < k; j++) qp[i]! += q[i * k + j]! * out[j]!;
      pqp += out[i]! * qp[i]!;
    }
    let error = 0;
    for (let i = 0; i < k; i++) error = Math.max(error, Math.abs(qp[i]! - pqp));
    if (error < 0.005 / k) break;
    for (let i = 0; i < k; i++) {
      const change = (pqp - qp[i]!) / q[i * k + i]!;
      out[i]! += change;
      pqp = (pqp + change * (change * q[i * k + i]! + 2 * qp[i]!)) / (1 + change) ** 2;
      for (let j = 0; j < k; j++) {
        qp[j] = (qp[j]! + change * q[i * k + j]!) / (1 + change);
        out[j]! /= 1 + change;
      }
    }
  }
  const total = out.reduce((a, b) => a + b);
  for (let i = 0; i < k; i++) out[i]! /= total;
}
