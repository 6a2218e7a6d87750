/** What both sides of a contest are asked to do, each in a process of its own; passed as JSON. */
export interface Job {
  /** Where x.f32, classes.f32, values.f32 and meta.json lie. */
  readonly folder: string;
  /** The first rows that are trained on; `testRows` follow at the end of the data. */
  readonly trainRows: number;
  readonly testRows: number;
  /** `binary` is class 2 against the others. */
  readonly task: 'multiclass' | 'binary' | 'regression' | 'clustering';
  readonly standardise?: boolean;
  /** Columns of category codes, by index. */
  readonly categorical?: readonly number[];
  /** Our model's name, or what peers.py calls the peer's. */
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly threads: number;
  readonly seed: number;
  /** Times the test rows are predicted; the median counts. 0 predicts once, for the score. */
  readonly predictions?: number;
  /** Times one row is predicted alone. */
  readonly oneRow?: number;
}

/** What a side measured of itself. Times are seconds, memory MiB. */
export interface Result {
  /** Wall and CPU (user and system, all threads) seconds of the fit alone, binning included. */
  readonly fit: number;
  readonly cpu: number;
  /** Largest resident memory of the whole process, and how much of it the fit added. */
  readonly peak: number;
  readonly fitMemory: number;
  readonly predict: number;
  readonly oneRowP50?: number;
  readonly oneRowP99?: number;
  /** On the test rows: accuracy and log loss, rmse, or inertia on the training rows. */
  readonly scores: Readonly<Record<string, number>>;
}
