import type { DatasetState } from './dataset.js';

/** A dataset as REST shows it. */
export function datasetView(state: DatasetState) {
  const { datasetId, uri, name, source, format, bytes, rows, profile, registeredAt } = state;
  return {
    datasetId,
    uri,
    name,
    source,
    format,
    bytes,
    rows,
    columns: profile?.columns ?? null,
    columnCount: state.columns,
    warnings: profile?.warnings ?? [],
    registeredAt: new Date(registeredAt).toISOString(),
  };
}
