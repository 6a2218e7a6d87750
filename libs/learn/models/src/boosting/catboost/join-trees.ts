import type { Features, ObliviousTrees } from './oblivious-trees.js';

export function concatenate(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The same trees without the features that no split uses. */
export function withoutUnused(trees: ObliviousTrees): ObliviousTrees {
  const used = [...new Set(trees.splitFeature)].sort((a, b) => a - b);
  const place = new Map(used.map((f, i) => [f, i]));
  return {
    ...trees,
    features: joinFeatures(pick(trees.features, used)),
    splitFeature: trees.splitFeature.map((f) => place.get(f)!),
  };
}

function pick({ column, kind, cutStart, cuts, tableStart, table }: Features, chosen: readonly number[]): Feature[] {
  return chosen.map((f) => ({
    column: column[f]!,
    kind: kind[f]!,
    cuts: cuts.subarray(cutStart[f]!, cutStart[f + 1]!),
    table: table.subarray(tableStart[f]!, tableStart[f + 1]!),
  }));
}

/** One feature on its own. */
export interface Feature {
  readonly column: number;
  /** One of FEATURE_KIND. */
  readonly kind: number;
  readonly cuts: ArrayLike<number>;
  readonly table: ArrayLike<number>;
}

export function joinFeatures(features: readonly Feature[]): Features {
  const starts = (lengths: number[]): Int32Array => {
    const start = new Int32Array(lengths.length + 1);
    lengths.forEach((length, i) => {
      start[i + 1] = start[i]! + length;
    });
    return start;
  };
  return {
    column: Int32Array.from(features, (feature) => feature.column),
    kind: Uint8Array.from(features, (feature) => feature.kind),
    cutStart: starts(features.map((feature) => feature.cuts.length)),
    cuts: concatenate(features.map((feature) => feature.cuts)),
    tableStart: starts(features.map((feature) => feature.table.length)),
    table: Uint8Array.from(features.flatMap((feature) => Array.from(feature.table))),
  };
}

/** The trees of `first` and then those of `second`, which were fitted on the scores of the first. */
export function joinTrees(first: ObliviousTrees, second: ObliviousTrees): ObliviousTrees {
  const before = first.features.column.length;
  const parts = ({ features }: ObliviousTrees): Feature[] =>
    pick(
      features,
      Array.from(features.column, (_, f) => f),
    );
  return {
    outputs: first.outputs,
    init: first.init,
    features: joinFeatures([...parts(first), ...parts(second)]),
    depth: Int32Array.from([...first.depth, ...second.depth]),
    splitFeature: Int32Array.from([...first.splitFeature, ...second.splitFeature.map((f) => f + before)]),
    splitBin: Uint8Array.from([...first.splitBin, ...second.splitBin]),
    leafValue: concatenate([first.leafValue, second.leafValue]),
    leafWeight: concatenate([first.leafWeight, second.leafWeight]),
  };
}
