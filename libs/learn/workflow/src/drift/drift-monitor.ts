import type { Instance } from '@trainyard/features';
import {
  type Bins,
  binsOf,
  type DriftReference,
  populationStability,
  SlidingCounts,
  type WindowShape,
} from '@trainyard/validation';
import type { Prediction } from '../predict/predictor.js';
import type { ReferenceProfile } from './reference-profile.js';

/** How far one feature, or the prediction, has moved. */
export interface FeatureDrift {
  readonly name: string;
  /** The population stability index: above 0.25 it is another distribution by custom. */
  readonly psi: number;
  /** Shares of the rows, at training and in the window; each sums to 1. */
  readonly bins: readonly { readonly bin: string; readonly reference: number; readonly observed: number }[];
}

/** Of the latest rows that were asked about. */
export interface DriftReport {
  /** Rows in the window. */
  readonly rows: number;
  /** The furthest moved first. */
  readonly features: readonly FeatureDrift[];
  /** Of several values the one that moved furthest. */
  readonly prediction?: FeatureDrift;
}

/** How far the features and the prediction have moved, as numbers alone. */
export interface DriftIndices {
  readonly features: readonly { readonly name: string; readonly psi: number }[];
  readonly prediction?: number;
}

/** Fewer rows than this tell nothing: the index of 12 bins is then 0.05 by chance alone. */
export const ENOUGH_ROWS = 200;
/** Of a longer list of instances so many are counted, spread over all of it: what one call costs is bounded. */
const MOST_ROWS_A_CALL = 500;

/** The multiples of this spread evenly over 0 to 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

interface Watched {
  readonly reference: DriftReference;
  readonly bins: Bins;
  /** Where its counts begin. */
  readonly at: number;
  /** Its place in an instance that is a list. */
  readonly input: number;
}

/**
 * Compares what a model is asked, and answers, with what it was trained on: counts the latest rows by the bins of the profile.
 * A row costs a look-up and a search among ten numbers for each feature, and no memory.
 */
export class DriftMonitor {
  private readonly features: readonly Watched[];
  private readonly predictions: readonly Watched[];
  private readonly counts: SlidingCounts;

  /**
   * @param inputs the model's features in the order that instances given as lists have
   * @param windows true where an instance is a list of rows: then its last row is counted
   */
  constructor(
    private readonly profile: ReferenceProfile,
    inputs: readonly string[],
    private readonly windows = false,
    shape?: WindowShape,
  ) {
    let at = 0;
    const watch = (reference: DriftReference): Watched => {
      const bins = binsOf(reference);
      const watched = { reference, bins, at, input: inputs.indexOf(reference.name) };
      at += bins.width;
      return watched;
    };
    this.features = profile.features.map(watch);
    this.predictions = (profile.prediction?.references ?? []).map(watch);
    this.counts = new SlidingCounts(at, shape);
  }

  /** Rows in the window; below {@link ENOUGH_ROWS} there is no report. */
  get rows(): number {
    return this.counts.rows;
  }

  /**
   * Counts what was asked and answered. Instances are those that a predictor has accepted.
   * @param now milliseconds since any fixed moment
   */
  observe(instances: readonly Instance[], predictions: readonly Prediction[], now: number): void {
    this.counts.moveTo(now);
    const counted = Math.min(instances.length, MOST_ROWS_A_CALL);
    const stretch = instances.length / counted;
    for (let i = 0; i < counted; i++) {
      // One of each stretch, in a place that goes round: every fourth row, say, may be of another kind than the rest.
      const at = Math.floor((i + ((i * GOLDEN) % 1)) * stretch);
      this.observeRow(instances[at]!, predictions[at]);
    }
  }

  /** Undefined until enough rows came. */
  indices(): DriftIndices | undefined {
    if (this.rows < ENOUGH_ROWS) return undefined;
    const features = this.features.map((watched) => ({ name: watched.reference.name, psi: this.indexOf(watched) }));
    const prediction = this.furthestPrediction();
    return { features, ...(prediction ? { prediction: this.indexOf(prediction) } : {}) };
  }

  /** Undefined until enough rows came. */
  report(): DriftReport | undefined {
    if (this.rows < ENOUGH_ROWS) return undefined;
    const features = this.features.map((watched) => this.describe(watched)).sort((a, b) => b.psi - a.psi);
    const prediction = this.furthestPrediction();
    return { rows: this.rows, features, ...(prediction ? { prediction: this.describe(prediction) } : {}) };
  }

  private observeRow(instance: Instance, prediction: Prediction | undefined): void {
    const row = this.windows ? (instance as readonly Instance[]).at(-1) : instance;
    if (row === undefined) return;
    this.counts.addRow();
    const list = Array.isArray(row);
    for (let k = 0; k < this.features.length; k++) {
      const { bins, at, input, reference } = this.features[k]!;
      const value = list
        ? (row as readonly unknown[])[input]
        : (row as Readonly<Record<string, unknown>>)[reference.name];
      this.counts.add(at + bins.binOf(value));
    }
    for (let j = 0; j < this.predictions.length; j++) {
      const { bins, at, reference } = this.predictions[j]!;
      this.counts.add(at + bins.binOf(this.answerOf(prediction, j, reference.name)));
    }
  }

  /** What is counted of a prediction; of several values number `j`, by its place or its name. */
  private answerOf(answer: Prediction | undefined, j: number, name: string): unknown {
    const { of: what, class: counted = '' } = this.profile.prediction!;
    if (what === 'probability') return answer?.probabilities?.[counted];
    if (what === 'score') return answer?.score;
    const value = answer?.prediction;
    if (what === 'value' || typeof value !== 'object') return value;
    return Array.isArray(value) ? value[j] : (value as Readonly<Record<string, number>>)[name];
  }

  private furthestPrediction(): Watched | undefined {
    const [first, ...rest] = this.predictions;
    return rest.reduce((most, one) => (most && this.indexOf(one) > this.indexOf(most) ? one : most), first);
  }

  private indexOf({ reference, at }: Watched): number {
    return populationStability(reference.counts, this.counts.totals, at);
  }

  private describe(watched: Watched): FeatureDrift {
    const { reference, bins, at } = watched;
    const rows = reference.counts.reduce((sum, count) => sum + count, 0);
    const described = bins.labels().map((bin, k) => ({
      bin,
      reference: reference.counts[k]! / rows,
      observed: this.counts.totals[at + k]! / this.rows,
    }));
    return { name: reference.name, psi: this.indexOf(watched), bins: described };
  }
}
