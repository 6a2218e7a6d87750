/** Features [from, to) that are scanned together: with columns of their own, one after the other, or bundled and as wide. */
export interface BundledRun {
  readonly from: number;
  readonly to: number;
  /** The column of `from` when the columns are their own. */
  readonly column: number;
  /** Cells of a recovered histogram; 0 when the columns are the features' own. */
  readonly width: number;
}

/** The runs of the features whose columns lie in [first, end), ascending; a bundled run has at most `scratch` cells. */
export function bundledRuns(
  places: Int32Array,
  bins: Int32Array,
  [first, end]: readonly [number, number],
  scratch: number,
): BundledRun[] {
  const runs: BundledRun[] = [];
  for (let feature = 0; feature < bins.length; feature++) {
    const [column, offset] = [places[feature * 4]!, places[feature * 4 + 1]!];
    if (column < first || column >= end) continue;
    const width = offset === 0 ? 0 : Math.ceil(bins[feature]! / 4) * 4;
    const last = runs.at(-1);
    const joins =
      last?.to === feature &&
      last.width === width &&
      (width === 0 ? last.column + feature - last.from === column : (feature + 1 - last.from) * width <= scratch);
    if (joins) runs[runs.length - 1] = { ...last, to: feature + 1 };
    else runs.push({ from: feature, to: feature + 1, column, width });
  }
  return runs;
}
