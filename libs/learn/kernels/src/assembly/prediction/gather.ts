/** Rows walked through a tree at once, so that the waits of one row are filled with the work of the others. */
export const LANES: i32 = 8;

/**
 * Lays out eight rows for walking: slot s holds at `block + 64 s` the eight values of column `columns[s]` (i32), and 32 bytes
 * on the same values with NaN turned into -infinity, for nodes that send missing values left. A row is `step` bytes long.
 */
export function gatherRows(rows: usize, step: usize, columns: usize, slots: i32, block: usize): void {
  const r1 = rows + step;
  const r2 = r1 + step;
  const r3 = r2 + step;
  const r4 = r3 + step;
  const r5 = r4 + step;
  const r6 = r5 + step;
  const r7 = r6 + step;
  const lowest = f32x4.splat(-Infinity);
  for (let s = 0; s < slots; s++, columns += 4, block += 64) {
    const c = (<usize>load<u32>(columns)) << 2;
    let a = v128.load32_zero(rows + c);
    a = v128.load_lane<u32>(r1 + c, a, 1);
    a = v128.load_lane<u32>(r2 + c, a, 2);
    a = v128.load_lane<u32>(r3 + c, a, 3);
    let b = v128.load32_zero(r4 + c);
    b = v128.load_lane<u32>(r5 + c, b, 1);
    b = v128.load_lane<u32>(r6 + c, b, 2);
    b = v128.load_lane<u32>(r7 + c, b, 3);
    v128.store(block, a);
    v128.store(block, b, 16);
    v128.store(block, f32x4.pmax(lowest, a), 32);
    v128.store(block, f32x4.pmax(lowest, b), 48);
  }
}

/** As gatherRows, for one row: only the first of the eight places is filled. */
export function gatherRow(row: usize, columns: usize, slots: i32, block: usize): void {
  for (let s = 0; s < slots; s++, columns += 4, block += 64) {
    const v = load<f32>(row + ((<usize>load<u32>(columns)) << 2));
    store<f32>(block, v);
    store<f32>(block, v != v ? -Infinity : v, 32);
  }
}

/**
 * Turns the codes in one slot of categorical values into bins, as i32: `table` holds the bin (i16) of each of `codes` category
 * codes; a missing value has bin 0, a code without a bin -1.
 */
export function binSlot(slot: usize, table: usize, codes: i32): void {
  for (let p = slot; p < slot + 32; p += 4) {
    const v = load<f32>(p);
    let bin: i32 = -1;
    if (v != v) bin = 0;
    else if (v >= 0 && v < <f32>codes) bin = load<i16>(table + ((<usize>v) << 1));
    store<i32>(p, v == floor<f32>(v) || v != v ? bin : -1);
  }
}
