/** How long a window is: so many slices, each closed when it has lasted and holds that much. */
export interface WindowShape {
  readonly slices: number;
  readonly sliceMs: number;
  readonly sliceRows: number;
}

/** The last hour, or longer where rows are few: twelve slices of five minutes and 200 rows or more. */
const HOUR: WindowShape = { slices: 12, sliceMs: 300_000, sliceRows: 200 };

/**
 * Counts by bin over the latest rows, in constant memory: (slices + 1) x width numbers. When a slice is closed the oldest one
 * is emptied for the next rows, so the window moves on slice by slice.
 */
export class SlidingCounts {
  /** By bin, over the whole window. */
  readonly totals: Uint32Array;
  private readonly counts: Uint32Array;
  private readonly rowsOf: Uint32Array;
  private slice = 0;
  private begin = 0;
  private openedAt: number | undefined;
  private all = 0;

  /** @param width how many bins, of all features together */
  constructor(
    private readonly width: number,
    private readonly shape: WindowShape = HOUR,
  ) {
    this.totals = new Uint32Array(width);
    this.counts = new Uint32Array(width * shape.slices);
    this.rowsOf = new Uint32Array(shape.slices);
  }

  /** Rows in the window. */
  get rows(): number {
    return this.all;
  }

  /** To be called before rows are counted. @param now milliseconds since any fixed moment */
  moveTo(now: number): void {
    const { sliceMs, sliceRows, slices } = this.shape;
    this.openedAt ??= now;
    if (now - this.openedAt < sliceMs || this.rowsOf[this.slice]! < sliceRows) return;
    this.openedAt = now;
    this.slice = (this.slice + 1) % slices;
    this.begin = this.slice * this.width;
    for (let bin = 0; bin < this.width; bin++) this.totals[bin]! -= this.counts[this.begin + bin]!;
    this.counts.fill(0, this.begin, this.begin + this.width);
    this.all -= this.rowsOf[this.slice]!;
    this.rowsOf[this.slice] = 0;
  }

  /** One more row; its values are counted by {@link add}. */
  addRow(): void {
    this.rowsOf[this.slice]!++;
    this.all++;
  }

  add(bin: number): void {
    this.counts[this.begin + bin]!++;
    this.totals[bin]!++;
  }
}
