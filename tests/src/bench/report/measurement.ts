/** One line of a bench's table. */
export interface Measurement {
  readonly figure: string;
  /** Empty when nothing was promised. */
  readonly target: string;
  readonly measured: string;
}

export interface BenchOptions {
  /** Fewer and shorter runs, to see that everything works; its numbers are not published. */
  readonly quick: boolean;
  /** Seconds that one measurement of the queue may take; undefined: the default, and what will not fit is left out. */
  readonly limit?: number | undefined;
}

/** One part of a bench: starts what it needs, measures, and stops it. */
export interface Part {
  readonly name: string;
  readonly measure: (options: BenchOptions) => AsyncIterable<Measurement>;
}
