/** Rows of each pair of a true class and a cluster, and of each alone. */
interface Contingency {
  readonly rows: number;
  readonly cells: readonly { readonly count: number; readonly row: number; readonly column: number }[];
  readonly rowSums: readonly number[];
  readonly columnSums: readonly number[];
}

/**
 * adjusted_rand_score (Hubert and Arabie 1985) and normalized_mutual_info_score (arithmetic mean), as scikit-learn defines them. Rows
 * whose truth is NaN do not count; without any other, nothing is returned.
 */
export function agreementMetrics(truth: Float64Array, clusters: Float64Array): Record<string, number> {
  const table = contingency(truth, clusters);
  if (table.rows === 0) return {};
  return { adjusted_rand_score: adjustedRand(table), normalized_mutual_info_score: normalizedMutualInformation(table) };
}

function contingency(truth: Float64Array, clusters: Float64Array): Contingency {
  const cells = new Map<string, { count: number; row: number; column: number }>();
  const rowOf = new Map<number, number>();
  const columnOf = new Map<number, number>();
  const rowSums: number[] = [];
  const columnSums: number[] = [];
  let rows = 0;
  for (let i = 0; i < truth.length; i++) {
    if (Number.isNaN(truth[i]!)) continue;
    rows++;
    const row = indexIn(rowOf, truth[i]!);
    const column = indexIn(columnOf, clusters[i]!);
    rowSums[row] = (rowSums[row] ?? 0) + 1;
    columnSums[column] = (columnSums[column] ?? 0) + 1;
    const key = `${row} ${column}`;
    const cell = cells.get(key);
    if (cell) cell.count++;
    else cells.set(key, { count: 1, row, column });
  }
  return { rows, cells: [...cells.values()], rowSums, columnSums };
}

function indexIn(indices: Map<number, number>, key: number): number {
  const index = indices.get(key) ?? indices.size;
  indices.set(key, index);
  return index;
}

/** From the pairs of rows that both, one or neither put together. */
function adjustedRand({ rows, cells, rowSums, columnSums }: Contingency): number {
  const squares = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count * count, 0);
  const together = squares(cells.map(({ count }) => count));
  const byTruth = squares(rowSums);
  const byCluster = squares(columnSums);
  const both = together - rows;
  const onlyClusters = byCluster - together;
  const onlyTruth = byTruth - together;
  const neither = rows * rows - onlyClusters - onlyTruth - together;
  if (onlyTruth === 0 && onlyClusters === 0) return 1;
  return (
    (2 * (both * neither - onlyTruth * onlyClusters)) /
    ((both + onlyTruth) * (onlyTruth + neither) + (both + onlyClusters) * (onlyClusters + neither))
  );
}

function normalizedMutualInformation({ rows, cells, rowSums, columnSums }: Contingency): number {
  if (rowSums.length === 1 && columnSums.length === 1) return 1;
  const entropy = (counts: readonly number[]) =>
    counts.reduce((sum, count) => sum - (count / rows) * Math.log(count / rows), 0);
  let information = 0;
  for (const { count, row, column } of cells) {
    information += (count / rows) * Math.log((count * rows) / (rowSums[row]! * columnSums[column]!));
  }
  if (!(information > Number.EPSILON)) return 0;
  return information / ((entropy(rowSums) + entropy(columnSums)) / 2);
}
