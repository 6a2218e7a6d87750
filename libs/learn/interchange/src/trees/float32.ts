const view = new DataView(new ArrayBuffer(4));

/** The next float32 above `value` (a finite float32). */
export function nextUp(value: number): number {
  if (value === 0) return 2 ** -149;
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + (value > 0 ? 1 : -1));
  return view.getFloat32(0);
}

/** The next float32 below `value` (a finite float32). */
export function nextDown(value: number): number {
  return -nextUp(-value);
}

/** The largest float32 that is <= `value`: for float32 data, `x <= value` and `x <= roundDown(value)` are the same test. */
export function roundDown(value: number): number {
  const nearest = Math.fround(value);
  if (nearest === Number.POSITIVE_INFINITY && value !== nearest) return 3.4028234663852886e38;
  return nearest > value ? nextDown(nearest) : nearest;
}

/** The shortest decimal text that reads back as the same float32, with an exponent so that it is never taken for an integer. */
export function float32Text(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const text = single.toExponential(digits - 1);
    if (Math.fround(Number(text)) === single) return text.replace('e+', 'E').replace('e', 'E');
  }
  return single.toExponential(8).replace('e+', 'E').replace('e', 'E');
}
