import { onlyClass, weightOf } from './counts/node';
import { COUNTS, draw, Growth, SQUARES } from './growth';
import { sameTarget } from './statistics';

/** Writes the node as a leaf; what that holds is described in grow.ts. */
export function writeLeaf(g: Growth): void {
  const node = g.nodes + ((<usize>g.current) << 5);
  store<i32>(node, -1);
  store<f32>(node, 0, 16);
  store<f32>(node, <f32>g.weight, 20);
  g.current = -1;
  if (g.kind == SQUARES) {
    const entry = g.entries + ((<usize>(g.start + draw(g, g.count))) << 4);
    const mean = sameTarget(g) == 0 ? load<f64>(entry, 8) : load<f64>(g.node, 8) / g.weight;
    store<f32>(node, <f32>mean, 24);
    store<f32>(node, <f32>load<f64>(entry, 8), 28);
    return;
  }
  const only = g.kind == COUNTS ? onlyClass(g) : sameTarget(g);
  store<i32>(node, only, 24);
  if (only >= 0) return;
  const vector = g.vectors + ((<usize>g.vectorCount * <usize>g.classes) << 2);
  g.vectorCount++;
  store<i32>(node, -g.vectorCount, 24);
  for (let k = 0; k < g.classes; k++) {
    const weight = g.kind == COUNTS ? <f64>weightOf(g.node, k) : load<f64>(g.node + ((<usize>k) << 3));
    store<f32>(vector + ((<usize>k) << 2), <f32>(weight / g.weight));
  }
}
