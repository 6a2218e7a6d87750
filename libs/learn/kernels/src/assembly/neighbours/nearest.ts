// The k nearest seen so far: f64 distances and i32 rows in two arrays, a heap with the farthest on top. Of equal distances
// the higher row is the farther one, so that the lower row wins ties.

function isFarther(a: f64, rowA: i32, b: f64, rowB: i32): bool {
  return a > b || (a == b && rowA > rowB);
}

function place(distances: usize, rows: usize, at: i32, size: i32, distance: f64, row: i32): void {
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    let d = load<f64>(distances + ((<usize>child) << 3));
    let r = load<i32>(rows + ((<usize>child) << 2));
    if (child + 1 < size) {
      const other = load<f64>(distances + ((<usize>child) << 3), 8);
      const otherRow = load<i32>(rows + ((<usize>child) << 2), 4);
      if (isFarther(other, otherRow, d, r)) {
        d = other;
        r = otherRow;
        child++;
      }
    }
    if (!isFarther(d, r, distance, row)) break;
    store<f64>(distances + ((<usize>at) << 3), d);
    store<i32>(rows + ((<usize>at) << 2), r);
    at = child;
  }
  store<f64>(distances + ((<usize>at) << 3), distance);
  store<i32>(rows + ((<usize>at) << 2), row);
}

/** Offers a row to the `size` of at most `k` nearest; returns the new size. */
export function offerNeighbour(distances: usize, rows: usize, size: i32, k: i32, distance: f64, row: i32): i32 {
  if (size == k) {
    if (isFarther(load<f64>(distances), load<i32>(rows), distance, row)) place(distances, rows, 0, size, distance, row);
    return size;
  }
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const d = load<f64>(distances + ((<usize>parent) << 3));
    const r = load<i32>(rows + ((<usize>parent) << 2));
    if (!isFarther(distance, row, d, r)) break;
    store<f64>(distances + ((<usize>at) << 3), d);
    store<i32>(rows + ((<usize>at) << 2), r);
    at = parent;
  }
  store<f64>(distances + ((<usize>at) << 3), distance);
  store<i32>(rows + ((<usize>at) << 2), row);
  return size + 1;
}

/** Sorts the heap, nearest first. */
export function sortNearest(distances: usize, rows: usize, size: i32): void {
  for (let last = size - 1; last > 0; last--) {
    const d = load<f64>(distances + ((<usize>last) << 3));
    const r = load<i32>(rows + ((<usize>last) << 2));
    store<f64>(distances + ((<usize>last) << 3), load<f64>(distances));
    store<i32>(rows + ((<usize>last) << 2), load<i32>(rows));
    place(distances, rows, 0, last, d, r);
  }
}
