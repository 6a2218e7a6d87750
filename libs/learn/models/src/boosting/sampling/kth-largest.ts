let scratch = new Float32Array(0);

/** The k-th largest (from 1) of values[rows], by Hoare's quickselect on a copy. */
export function kthLargest(values: Float32Array, rows: Uint32Array, k: number): number {
  const n = rows.length;
  if (scratch.length < n) scratch = new Float32Array(n);
  const copy = scratch;
  for (let i = 0; i < n; i++) copy[i] = values[rows[i]!]!;
  let [from, to] = [0, n - 1];
  while (from < to) {
    const pivot = copy[(from + to) >>> 1]!;
    let [i, j] = [from, to];
    while (i <= j) {
      while (copy[i]! > pivot) i++;
      while (copy[j]! < pivot) j--;
      if (i > j) break;
      const value = copy[i]!;
      copy[i++] = copy[j]!;
      copy[j--] = value;
    }
    if (k - 1 <= j) to = j;
    else if (k - 1 >= i) from = i;
    else return pivot;
  }
  return copy[k - 1]!;
}
