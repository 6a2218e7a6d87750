/** A leaf that may own a histogram. */
interface Owner {
  slot: number;
  readonly gain: number;
}

/**
 * Which leaf's histogram lies in which slot of the engine. When all are taken, the leaf with the least gain loses its own:
 * should it be split after all, its children's histograms are built from their rows.
 */
export class HistogramSlots<L extends Owner> {
  private readonly free: number[];

  constructor(
    count: number,
    private readonly owners: readonly L[],
  ) {
    this.free = Array.from({ length: count }, (_, i) => count - 1 - i);
  }

  take(): number {
    const slot = this.free.pop();
    if (slot !== undefined) return slot;
    let poorest: L | undefined;
    for (const leaf of this.owners) {
      if (leaf.slot >= 0 && (poorest === undefined || leaf.gain < poorest.gain)) poorest = leaf;
    }
    const taken = poorest!.slot;
    poorest!.slot = -1;
    return taken;
  }

  release(slot: number): void {
    if (slot >= 0) this.free.push(slot);
  }
}
