import type { Flow } from '@trainyard/flow';
import { Problem } from '@trainyard/service';
import { modelIdFrom } from './identity.js';
import { model } from './model.js';
import { holderOf, latestOf, livingVersions, type ModelState, type ModelVersion } from './state.js';

/**
 * The model that a path names by its id or its name.
 * @throws Problem MODEL_NOT_FOUND
 */
export async function findModel(flow: Flow, idOrName: string): Promise<ModelState> {
  const record = await flow.load<ModelState>(model, modelIdFrom(idOrName));
  if (record && livingVersions(record.state).length > 0) return record.state;
  throw new Problem(404, 'MODEL_NOT_FOUND', `there is no model "${idOrName}"; GET /api/v1/models lists them`);
}

/**
 * The version that was asked for; without one, the version in production, else the latest.
 * @throws Problem VERSION_NOT_FOUND naming the versions there are
 */
export function versionOf(state: ModelState, asked: string | undefined): ModelVersion {
  if (asked === undefined) return (holderOf(state, 'Production') ?? latestOf(state)) as ModelVersion;
  const living = livingVersions(state);
  const found = living.find(({ version, ordinal }) => version === asked || String(ordinal) === asked);
  if (found) return found;
  const known = living
    .slice(-10)
    .map(({ version }) => version)
    .join(', ');
  throw new Problem(404, 'VERSION_NOT_FOUND', `model "${state.name}" has no version ${asked}; the latest are ${known}`);
}
