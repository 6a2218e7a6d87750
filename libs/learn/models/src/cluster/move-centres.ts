import type { KMeansEngine } from '@trainyard/kernels';

/**
 * One update of Lloyd's algorithm: each centre goes to the mean of its rows. An empty cluster takes over the row that lies
 * farthest from its centre; when all rows lie on centres, it goes where the heaviest cluster is, as in scikit-learn. Returns the sum of
 * squared shifts, the rows' weighted squared distance before the move less that to the origin, and the weights of the clusters.
 */
export async function moveCentres(
  engine: KMeansEngine,
): Promise<{ shift: number; relative: number; weights: Float64Array }> {
  const { centres, stride } = engine;
  const { sums, weights } = engine.sums();
  let relative = 0;
  for (let at = 0; at < sums.length; at++) {
    relative += centres[at]! * (weights[Math.floor(at / stride)]! * centres[at]! - 2 * sums[at]!);
  }
  const filled = weights.slice();
  if (weights.includes(0)) await fillEmpty(engine, sums, filled);
  const heaviest = filled.indexOf(filled.reduce((a, b) => Math.max(a, b)));
  let shift = 0;
  for (let c = 0; c < filled.length; c++) {
    const source = filled[c]! > 0 ? c : heaviest;
    for (let j = 0; j < stride; j++) {
      const mean = sums[source * stride + j]! / filled[source]!;
      shift += (mean - centres[c * stride + j]!) ** 2;
      centres[c * stride + j] = mean;
    }
  }
  return { shift, relative, weights };
}

/** Moves the farthest rows, one each, from their clusters' sums to those of the empty clusters. */
async function fillEmpty(engine: KMeansEngine, sums: Float64Array, weights: Float64Array): Promise<void> {
  const { rows, labels, stride, closest } = engine;
  await engine.distances();
  const empty = [...weights.keys()].filter((c) => weights[c] === 0);
  const taken = new Set<number>();
  for (const c of empty) {
    let farthest = -1;
    for (let i = 0; i < closest.length; i++) {
      if (closest[i]! > (farthest < 0 ? 0 : closest[farthest]!) && engine.weights[i]! > 0 && !taken.has(i))
        farthest = i;
    }
    if (farthest < 0) return;
    taken.add(farthest);
    const from = labels[farthest]!;
    const w = engine.weights[farthest]!;
    for (let j = 0; j < stride; j++) {
      const value = w * rows[farthest * stride + j]!;
      sums[from * stride + j]! -= value;
      sums[c * stride + j]! += value;
    }
    weights[from]! -= w;
    weights[c]! += w;
  }
}
