import type { DualProblem } from './dual-problem.js';

/** The k largest values seen, as a heap with the smallest on top. */
class Largest {
  private readonly values: Float64Array;
  private readonly items: Int32Array;
  private size = 0;

  constructor(private readonly most: number) {
    this.values = new Float64Array(most);
    this.items = new Int32Array(most);
  }

  clear(): void {
    this.size = 0;
  }

  offer(item: number, value: number): void {
    const { values, items } = this;
    if (this.size === this.most) {
      if (value <= values[0]!) return;
      this.sink(item, value);
      return;
    }
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (values[parent]! <= value) break;
      values[at] = values[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    values[at] = value;
    items[at] = item;
  }

  private sink(item: number, value: number): void {
    const { values, items, size } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && values[child + 1]! < values[child]!) child++;
      if (values[child]! >= value) break;
      values[at] = values[child]!;
      items[at] = items[child]!;
      at = child;
    }
    values[at] = value;
    items[at] = item;
  }

  /** The items, the largest value first; equal values by item. */
  sorted(): number[] {
    const order = Array.from({ length: this.size }, (_, i) => i);
    order.sort((a, b) => this.values[b]! - this.values[a]! || this.items[a]! - this.items[b]!);
    return order.map((i) => this.items[i]!);
  }
}

/** How far the solution is from optimal: max{-g : b can grow} - min{-g : b can shrink}. */
export interface Violation {
  readonly top: number;
  readonly bottom: number;
}

/**
 * Chooses working sets: half of it are the variables that violate optimality most, as many that should grow as should shrink,
 * and the rest are those of the last set, the free ones first (they keep changing, and their kernel rows are at hand).
 */
export class WorkingSetChooser {
  private readonly up: Largest;
  private readonly down: Largest;

  constructor(
    private readonly problem: DualProblem,
    private readonly size: number,
  ) {
    const half = Math.max(1, size >> 2);
    this.up = new Largest(half);
    this.down = new Largest(half);
  }

  /** Looks at the active variables; `gradients` has one entry for each of them. */
  scan(active: Int32Array, gradients: Float64Array, b: Float64Array): Violation {
    const { low, high } = this.problem;
    const { up, down } = this;
    up.clear();
    down.clear();
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    for (let i = 0; i < active.length; i++) {
      const v = active[i]!;
      const g = gradients[i]!;
      if (b[v]! < high[v]!) {
        if (-g > top) top = -g;
        up.offer(v, -g);
      }
      if (b[v]! > low[v]!) {
        if (-g < bottom) bottom = -g;
        down.offer(v, g);
      }
    }
    return { top, bottom };
  }

  /** The next set after `scan`. `last` is the set before, `isActive[v]` 1 for variables that may be chosen. */
  choose(last: readonly number[], isActive: Uint8Array, b: Float64Array): number[] {
    const { low, high } = this.problem;
    const chosen = new Set<number>();
    const up = this.up.sorted();
    const down = this.down.sorted();
    for (let i = 0; i < Math.max(up.length, down.length); i++) {
      if (i < up.length) chosen.add(up[i]!);
      if (i < down.length) chosen.add(down[i]!);
    }
    const isFree = (v: number) => b[v]! > low[v]! && b[v]! < high[v]!;
    for (const wantFree of [true, false]) {
      for (const v of last) {
        if (chosen.size >= this.size) break;
        if (isActive[v] === 1 && isFree(v) === wantFree) chosen.add(v);
      }
    }
    return [...chosen].slice(0, this.size);
  }
}
