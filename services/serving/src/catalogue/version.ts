import type { ModelVersionRegistered } from '@trainyard/contracts';
import type { Aggregate, Wake } from '@trainyard/flow';

/** A registered version that could be served, whether it is deployed or not. */
export interface ServableVersion {
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly ordinal: number;
  readonly artifact: string;
}

export type ServableVersionCommand = { readonly type: 'ModelVersionRegistered'; readonly data: ModelVersionRegistered };

interface Registered extends ServableVersion {
  readonly type: 'Registered';
}

/** One document a version: what serving must know to load a version that nobody deployed. */
export const servableVersion: Aggregate<ServableVersion, ServableVersionCommand, Registered> = {
  name: 'ServableVersion',
  fields: { modelId: 'string', modelName: 'string', ordinal: 'number' },
  indexes: [
    ['modelId', 'ordinal'],
    ['modelName', 'ordinal'],
  ],
  decide,
  evolve: (_state, { type: _, ...version }) => version,
  announce: () => [],
  index: ({ modelId, modelName, ordinal }) => ({ modelId, modelName, ordinal }),
};

function decide(state: ServableVersion | undefined, command: ServableVersionCommand | Wake): Registered[] {
  if (state || command.type === 'Wake') return [];
  const { modelId, modelName, version, ordinal, artifact } = command.data;
  return [{ type: 'Registered', modelId, modelName, version, ordinal, artifact }];
}

export function servableVersionId(modelId: string, version: string): string {
  return `${modelId}@${version}`;
}
