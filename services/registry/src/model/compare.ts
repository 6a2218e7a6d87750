import { METRICS } from '@trainyard/validation';
import type { ModelState, ModelVersion } from './state.js';
import { lineageView } from './view.js';

/** One version to compare, with its model. */
export interface Compared {
  readonly state: ModelState;
  readonly version: ModelVersion;
}

/** Versions side by side: every metric that any of them has, with the best, and the parameters that differ. */
export function compareModels(compared: readonly Compared[]) {
  const names = [...new Set(compared.flatMap(({ version }) => Object.keys(version.metrics)))];
  return {
    models: compared.map(({ state, version }) => ({
      id: state.modelId,
      name: state.name,
      version: version.version,
      stage: version.stage,
      algorithm: version.algorithm,
      task: lineageView(state, version).task,
      dataset: version.dataset.uri,
      trainingSeconds: version.trainingSeconds,
    })),
    metrics: Object.fromEntries(names.map((name) => [name, compareMetric(name, compared)])),
    params: differences(compared.map(({ version }) => version.params)),
    sameDataset: new Set(compared.map(({ version }) => version.dataset.hash)).size === 1,
  };
}

function compareMetric(name: string, compared: readonly Compared[]) {
  const values = compared.map(({ version }) => version.metrics[name] ?? null);
  const direction = METRICS[name]?.direction ?? null;
  return { direction, values, best: direction ? bestOf(values, direction === 'maximize' ? 1 : -1) : null };
}

/** The index of the best value; null when there is none. */
function bestOf(values: readonly (number | null)[], sign: number): number | null {
  let best: number | null = null;
  values.forEach((value, at) => {
    if (value !== null && (best === null || sign * value > sign * (values[best] as number))) best = at;
  });
  return best;
}

/** Entries that are not the same everywhere, one value for each; null where one has none. */
export function differences(
  records: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, readonly unknown[]>> {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].sort();
  const rows = names.map((name) => [name, records.map((record) => record[name] ?? null)] as const);
  return Object.fromEntries(
    rows.filter(([, values]) => new Set(values.map((value) => JSON.stringify(value))).size > 1),
  );
}
