import type { Dataset } from '@trainyard/data';
import type { ObliviousEngine } from '@trainyard/kernels';
import type { CategoricalColumn, ColumnPlan } from './columns.js';
import type { Feature } from './join-trees.js';
import { FEATURE_KIND } from './oblivious-trees.js';
import type { CatBoostParams } from './parameters.js';
import {
  frequencyTable,
  orderedStatistics,
  permutationOf,
  statisticsPerColumn,
  statisticTables,
  tableOf,
  targetParts,
} from './target-statistics.js';

/** How many features the plan's columns make, for a target of `parts` parts. */
export function countFeatures(plan: ColumnPlan, data: Dataset): number {
  const each = statisticsPerColumn(targetParts({ ...data, y: data.y.subarray(0, 1) }));
  return plan.numeric.length + plan.oneHot.length + plan.statistics.length * each;
}

/** The features of categorical columns, and their ordered statistics, which differ from one order of the rows to the next. */
export class CategoryFeatures {
  readonly features: readonly Feature[];
  /** The first feature whose bins depend on the order. */
  private readonly firstOrdered: number;
  /** [order][feature - firstOrdered]. */
  private readonly ordered: readonly (readonly Uint8Array[])[];
  private shown = -1;
  private placed = -1;

  private constructor(
    private readonly engine: ObliviousEngine,
    first: number,
    fixed: readonly Feature[],
    statistics: readonly Feature[],
    ordered: readonly (readonly Uint8Array[])[],
  ) {
    this.features = [...fixed, ...statistics];
    this.firstOrdered = first + fixed.length;
    this.ordered = ordered;
  }

  /** Bins the categorical columns of the plan into the engine from feature `first` on; orders 0 to `orders` - 1 are made. */
  static create(
    engine: ObliviousEngine,
    data: Dataset,
    plan: ColumnPlan,
    weight: Float64Array,
    params: CatBoostParams,
    seed: number,
    orders: number,
  ): CategoryFeatures {
    const first = plan.numeric.length;
    const borders = params.ctr_border_count;
    const frequencies = plan.statistics.map((column) => {
      return feature(column, FEATURE_KIND.statistic, frequencyTable(column, weight, borders));
    });
    const fixed = [...plan.oneHot.map(oneHotFeature), ...frequencies];
    const columns = [...plan.oneHot, ...plan.statistics];
    fixed.forEach(({ table }, i) => {
      const { codes } = columns[i]!;
      const bins = engine.column(first + i);
      for (let row = 0; row < codes.length; row++) bins[row] = table[codes[row] === 0 ? 0 : codes[row]! + 1]!;
    });
    const parts = plan.statistics.length > 0 ? targetParts(data) : { values: new Float32Array(0), count: 0 };
    const statistics = plan.statistics.flatMap((column) => {
      return statisticTables(column, parts, weight, borders).map((table) =>
        feature(column, FEATURE_KIND.statistic, table),
      );
    });
    const ordered = Array.from({ length: statistics.length === 0 ? 0 : orders }, (_, i) => {
      const order = permutationOf(data.x.rows, seed, i);
      return plan.statistics.flatMap((column) => orderedStatistics(column, parts, weight, order, borders));
    });
    const made = new CategoryFeatures(engine, first, fixed, statistics, ordered);
    made.describe(first, plan.oneHot.length, borders);
    return made;
  }

  /** Shows the engine the statistics of an order; `grow` also lays them out for histograms. */
  show(order: number, grow: boolean): void {
    if (this.ordered.length === 0) return;
    const { firstOrdered, engine } = this;
    const columns = this.ordered[order]!;
    if (this.shown !== order) columns.forEach((bins, i) => void engine.column(firstOrdered + i).set(bins));
    this.shown = order;
    if (grow && this.placed !== order) {
      engine.placeColumns(firstOrdered, firstOrdered + columns.length);
      this.placed = order;
    }
  }

  private describe(first: number, oneHot: number, borders: number): void {
    const { engine } = this;
    this.features.forEach(({ table }, i) => {
      const alone = i < oneHot;
      engine.oneHot[first + i] = alone ? 1 : 0;
      engine.bins[first + i] = alone ? 1 + Array.from(table).reduce((a, b) => Math.max(a, b), 0) : borders + 1;
      // Bin 0 of a oneHot feature holds the categories that were not seen.
      engine.lowest[first + i] = alone ? 1 : 0;
    });
    engine.placeColumns(first, this.firstOrdered);
  }
}

function feature({ column }: CategoricalColumn, kind: number, table: Uint8Array): Feature {
  return { column, kind, cuts: [], table };
}

function oneHotFeature(column: CategoricalColumn): Feature {
  const bins = new Map(column.seen.map((category, i) => [category, i + 1]));
  return feature(
    column,
    FEATURE_KIND.oneHot,
    tableOf(column.size, 0, (category) => bins.get(category) ?? 0),
  );
}
