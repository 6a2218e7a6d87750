/** Which kernel rows lie in which slot of the cache; the row unused for longest makes room (LRU). */
export class RowCache {
  private readonly slotOf: Int32Array;
  private rowIn: Int32Array;
  private usedAt: Float64Array;
  private clock = 0;
  private free = 0;

  constructor(rows: number) {
    this.slotOf = new Int32Array(rows).fill(-1);
    this.rowIn = new Int32Array(0);
    this.usedAt = new Float64Array(0);
  }

  /** Empties the cache and gives it another number of slots. */
  reset(slots: number): void {
    for (const row of this.rowIn) if (row >= 0) this.slotOf[row] = -1;
    this.rowIn = new Int32Array(slots).fill(-1);
    this.usedAt = new Float64Array(slots);
    this.free = 0;
  }

  /** More slots, the rows stay in theirs. */
  grow(slots: number): void {
    const rowIn = new Int32Array(slots).fill(-1);
    const usedAt = new Float64Array(slots);
    rowIn.set(this.rowIn);
    usedAt.set(this.usedAt);
    this.rowIn = rowIn;
    this.usedAt = usedAt;
  }

  get slots(): number {
    return this.rowIn.length;
  }

  /** Slots that hold a row lie below this. */
  get filled(): number {
    return this.free;
  }

  /** The slot of a row, marked as used now; -1 when it is not cached. */
  find(row: number): number {
    const slot = this.slotOf[row]!;
    if (slot >= 0) this.usedAt[slot] = ++this.clock;
    return slot;
  }

  /** Gives slots to rows that have none, `count` of them; rows found since `since` (a `mark`) keep theirs. */
  place(rows: Int32Array, count: number, since: number): void {
    const victims = this.free + count > this.slots ? this.oldest(count, since) : undefined;
    let next = 0;
    for (let i = 0; i < count; i++) {
      const slot = this.free < this.slots ? this.free++ : victims![next++]!;
      const evicted = this.rowIn[slot]!;
      if (evicted >= 0) this.slotOf[evicted] = -1;
      this.rowIn[slot] = rows[i]!;
      this.slotOf[rows[i]!] = slot;
      this.usedAt[slot] = ++this.clock;
    }
  }

  mark(): number {
    return this.clock;
  }

  private oldest(count: number, since: number): number[] {
    const { usedAt } = this;
    const slots: number[] = [];
    for (let slot = 0; slot < this.free; slot++) if (usedAt[slot]! <= since) slots.push(slot);
    if (slots.length + this.slots - this.free < count)
      throw new RangeError('the kernel cache is smaller than a working set');
    return slots.sort((a, b) => usedAt[a]! - usedAt[b]!).slice(0, count);
  }
}
