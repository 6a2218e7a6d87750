import { ENTROPY, Growth, SQUARES } from './growth';
import { clearWords, scoreClasses } from './scan';

// Statistics of nodes whose entries have weights: 16 bytes each.

/** Sums anew at each node: what subtraction would leave of a class that is gone is not 0. */
export function classStatistics(g: Growth): void {
  clearWords(g.node, (<usize>g.classes) << 3);
  const from = g.entries + ((<usize>g.start) << 4);
  let weight: f64 = 0;
  for (let p = from; p < from + ((<usize>g.count) << 4); p += 16) {
    const at = g.node + ((<usize>load<u32>(p, 4)) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(p, 8));
    weight += load<f64>(p, 8);
  }
  g.weight = weight;
  g.parentScore = scoreClasses(g.node, g.classes, g.kind == ENTROPY);
}

export function squareStatistics(g: Growth): void {
  const from = g.entries + ((<usize>g.start) << 4);
  let weight: f64 = 0,
    sum: f64 = 0;
  for (let p = from; p < from + ((<usize>g.count) << 4); p += 16) {
    const w = <f64>load<f32>(p, 4);
    weight += w;
    sum += w * load<f64>(p, 8);
  }
  store<f64>(g.node, weight);
  store<f64>(g.node, sum, 8);
  g.weight = weight;
  g.parentScore = (sum * sum) / weight;
}

/** The class of all rows of the node, 0 when all have the same target; -1 when they differ. */
export function sameTarget(g: Growth): i32 {
  const from = g.entries + ((<usize>g.start) << 4);
  const to = from + ((<usize>g.count) << 4);
  if (g.kind == SQUARES) {
    for (let p = from + 16; p < to; p += 16) if (load<f64>(p, 8) != load<f64>(from, 8)) return -1;
    return 0;
  }
  for (let p = from + 16; p < to; p += 16) if (load<i32>(p, 4) != load<i32>(from, 4)) return -1;
  return load<i32>(from, 4);
}
