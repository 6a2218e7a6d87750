import { CHEBYSHEV, EUCLIDEAN, MANHATTAN, scanNeighbours } from './scan';

/** The least distance, as rows are compared by, of a query from a box of `cols` lowest and `cols` highest values (f32). */
function distanceToBox(query: usize, box: usize, cols: i32, metric: i32, power: f64): f64 {
  const bytes = (<usize>cols) << 2;
  let sum: f64 = 0;
  for (let j = <usize>0; j < bytes; j += 4) {
    const q = <f64>load<f32>(query + j);
    const d = max<f64>(0, max<f64>(<f64>load<f32>(box + j) - q, q - <f64>load<f32>(box + bytes + j)));
    if (metric == EUCLIDEAN) sum += d * d;
    else if (metric == MANHATTAN) sum += d;
    else if (metric == CHEBYSHEV) sum = max<f64>(sum, d);
    else sum += Math.pow(d, power);
  }
  return sum;
}

/**
 * The nearest of a query by a KD tree. Node i has a box at `boxes`, and in `nodes` (i32, 3 each) its first place in `order`,
 * its last, and its right child, or 0 for a leaf; the left child follows it. `stack` has room for 64 nodes (i32) and then
 * their distances (f64). Returns how many were found.
 */
export function searchTree(
  query: usize,
  x: usize,
  cols: i32,
  order: usize,
  nodes: usize,
  boxes: usize,
  stack: usize,
  metric: i32,
  power: f64,
  distances: usize,
  rows: usize,
  k: i32,
): i32 {
  const boxBytes = (<usize>cols) << 3;
  const bounds = stack + 256;
  let size = 0;
  let depth = 1;
  store<i32>(stack, 0);
  store<f64>(bounds, distanceToBox(query, boxes, cols, metric, power));
  while (depth > 0) {
    depth--;
    const node = load<i32>(stack + ((<usize>depth) << 2));
    // A row as far as the farthest may still win by its lower number. Rounding may lift a bound a hair above the distance.
    if (size == k && load<f64>(bounds + ((<usize>depth) << 3)) * 0.9999999999 > load<f64>(distances)) continue;
    const at = nodes + <usize>node * 12;
    const right = load<i32>(at, 8);
    if (right == 0) {
      size = scanNeighbours(
        query,
        x,
        cols,
        order,
        load<i32>(at),
        load<i32>(at, 4),
        metric,
        power,
        distances,
        rows,
        size,
        k,
      );
      continue;
    }
    const left = node + 1;
    const toLeft = distanceToBox(query, boxes + <usize>left * boxBytes, cols, metric, power);
    const toRight = distanceToBox(query, boxes + <usize>right * boxBytes, cols, metric, power);
    const leftFirst = toLeft <= toRight;
    store<i32>(stack + ((<usize>depth) << 2), leftFirst ? right : left);
    store<f64>(bounds + ((<usize>depth) << 3), leftFirst ? toRight : toLeft);
    depth++;
    store<i32>(stack + ((<usize>depth) << 2), leftFirst ? left : right);
    store<f64>(bounds + ((<usize>depth) << 3), leftFirst ? toLeft : toRight);
    depth++;
  }
  return size;
}
