/** What a split on a bundled feature asks of its column's values: 1 for those that go left. Reads and writes `goesLeft` (256). */
export function bundledGoesLeft(goesLeft: Uint8Array, bins: number, offset: number, usual: number): void {
  const ofBins = goesLeft.slice(0, bins);
  goesLeft.fill(ofBins[usual]!);
  for (let bin = 1, value = offset; bin < bins; bin++) if (bin !== usual) goesLeft[value++] = ofBins[bin]!;
}
