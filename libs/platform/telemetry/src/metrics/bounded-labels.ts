export interface BoundedLabelsOptions {
  /** How many different names are told apart. */
  readonly most: number;
  /** A name not used for this long makes room for a new one, in ms; without it the first names stay for ever. */
  readonly idleMs?: number;
  /** Told of the name that made room, so that its series can be removed. */
  readonly forgotten?: (name: string) => void;
  /** Milliseconds since any fixed moment (default `performance.now`). */
  readonly now?: () => number;
}

/** What names beyond the bound are counted as. */
export const OTHER = 'other';

/**
 * Keeps what senders and users make up from filling Prometheus: at most so many different values of a label; the rest is
 * counted together as `other`.
 */
export class BoundedLabels {
  private readonly used = new Map<string, number>();
  private readonly now: () => number;

  constructor(private readonly options: BoundedLabelsOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  /** The name, or `other` when there is no room for it. */
  of(name: string): string {
    // Deleted and set again, so that the map's first name is the one used longest ago.
    if (!this.used.delete(name) && !this.hasRoom()) return OTHER;
    this.used.set(name, this.now());
    return name;
  }

  private hasRoom(): boolean {
    const { most, idleMs, forgotten } = this.options;
    if (this.used.size < most) return true;
    const [oldest] = this.used;
    if (!oldest || idleMs === undefined || this.now() - oldest[1] < idleMs) return false;
    this.used.delete(oldest[0]);
    forgotten?.(oldest[0]);
    return true;
  }
}
