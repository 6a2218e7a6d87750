import { findBundles } from './bundles.js';
import type { BoostingKernels } from './kernels.js';
import { bundledLayout, columnAddress, type Layout } from './layout.js';

/** Bins moved between two breaths. */
const BUNDLED_BINS = 4 << 20;

/** Views of the engine's memory: all of it, the bins of each feature, and the table of places that is written. */
interface BundleViews {
  readonly bytes: Uint8Array;
  readonly bins: Int32Array;
  readonly places: Int32Array;
}

/**
 * Lets exclusive features share byte columns: moves the bins of all rows together and fills the table of places. Returns how
 * many columns are left; undefined, with nothing changed, when bundling would save too little.
 */
export async function layBundles(
  layout: Layout,
  kernels: BoostingKernels,
  { bytes, bins, places }: BundleViews,
  breathe: () => Promise<void>,
): Promise<number | undefined> {
  const { shape, byRow, byColumn, panelColumns, rowBytes, panelBytes, binBytes, bundles, staging } = layout;
  const { rows, features, categorical } = shape;
  if (binBytes > 1) return undefined;
  const at = (f: number) =>
    byColumn > 0 ? ([byColumn + f * rows, 1] as const) : ([columnAddress(layout, f), rowBytes] as const);
  const found = await findBundles({ rows, bytes, at, bins, categorical }, breathe);
  if (!found) return undefined;
  places.set(found.places);
  const to = bundledLayout(layout, found.columns);
  const block = Math.ceil(BUNDLED_BINS / features);
  for (let first = 0; first < rows; first += block) {
    const n = Math.min(block, rows - first);
    kernels.bundleRows(
      ...([byRow, panelBytes, first, n, features, panelColumns] as const),
      ...([to.columns, to.panelColumns, bundles, staging] as const),
    );
    await breathe();
  }
  return found.columns;
}
