/** A KD tree over row-major rows. Node i's left child is i + 1; `nodes` holds first place, last place and right child (0: a leaf). */
export interface KdTree {
  readonly order: Int32Array;
  readonly nodes: Int32Array;
  /** Of each node the lowest and then the highest value of each column. */
  readonly boxes: Float32Array;
}

/** Halves rows at the median of their widest column until `leafSize` or fewer are left (Bentley, 1975). */
export function buildKdTree(x: Float32Array, rows: number, cols: number, leafSize: number): KdTree {
  const order = Int32Array.from({ length: rows }, (_, i) => i);
  const nodes: number[] = [];
  const boxes: number[] = [];
  const build = (from: number, to: number): void => {
    const node = nodes.length / 3;
    nodes.push(from, to, 0);
    const widest = pushBox(x, cols, order, from, to, boxes);
    if (to - from <= leafSize || widest < 0) {
      // Ascending rows: of equal distances the lower row is met first.
      order.subarray(from, to).sort();
      return;
    }
    const middle = (from + to) >> 1;
    selectMedian(x, cols, order, from, to - 1, middle, widest);
    build(from, middle);
    nodes[node * 3 + 2] = nodes.length / 3;
    build(middle, to);
  };
  build(0, rows);
  return { order, nodes: Int32Array.from(nodes), boxes: Float32Array.from(boxes) };
}

/** Appends the box of some rows; returns the column with the widest range, -1 when all rows are equal. */
function pushBox(x: Float32Array, cols: number, order: Int32Array, from: number, to: number, boxes: number[]): number {
  const low = new Array<number>(cols).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(cols).fill(Number.NEGATIVE_INFINITY);
  for (let i = from; i < to; i++) {
    const row = order[i]! * cols;
    for (let j = 0; j < cols; j++) {
      const value = x[row + j]!;
      if (value < low[j]!) low[j] = value;
      if (value > high[j]!) high[j] = value;
    }
  }
  for (const value of low) boxes.push(value);
  for (const value of high) boxes.push(value);
  let widest = -1;
  let range = 0;
  for (let j = 0; j < cols; j++) {
    if (high[j]! - low[j]! <= range) continue;
    range = high[j]! - low[j]!;
    widest = j;
  }
  return widest;
}

/** Hoare's selection: afterwards places before `middle` hold rows that are not above the one there in `column`, places after it not below. */
function selectMedian(
  ...[x, cols, order, first, last, middle, column]: [
    ...[x: Float32Array, cols: number, order: Int32Array],
    ...[first: number, last: number, middle: number, column: number],
  ]
): void {
  let from = first;
  let to = last;
  while (from < to) {
    const pivot = x[order[(from + to) >> 1]! * cols + column]!;
    let i = from;
    let j = to;
    while (i <= j) {
      while (x[order[i]! * cols + column]! < pivot) i++;
      while (x[order[j]! * cols + column]! > pivot) j--;
      if (i > j) break;
      const row = order[i]!;
      order[i++] = order[j]!;
      order[j--] = row;
    }
    if (middle <= j) to = j;
    else if (middle >= i) from = i;
    else break;
  }
}
