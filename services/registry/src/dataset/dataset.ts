import type { DatasetSnapshot } from '@trainyard/contracts';
import type { Aggregate, Announcement, Wake } from '@trainyard/flow';

/** One column, as the answer to an upload says it. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: string;
  readonly missing: number;
  readonly distinct: number;
}

/** What reading the whole file found. `digest` names the full profile in the artifact store. */
export interface Profile {
  readonly digest: string;
  readonly rows: number;
  readonly format: string;
  readonly columns: readonly ColumnSummary[];
  readonly warnings: readonly string[];
}

/** Bytes that never change, by their SHA-256. `profile` is absent while only a training job has read them. */
export interface DatasetState {
  readonly datasetId: string;
  readonly uri: string;
  readonly name: string;
  /** The uri it came from, when a training job brought it. */
  readonly source: string | null;
  readonly format: string;
  readonly bytes: number | null;
  readonly rows: number;
  readonly columns: number;
  readonly profile?: Profile;
  readonly registeredAt: number;
}

export type DatasetCommand =
  /** A user uploaded it, or asked for a profile that was missing. */
  | { readonly type: 'Register'; readonly name: string; readonly bytes: number; readonly profile: Profile }
  /** A training job read it. */
  | { readonly type: 'SeeSnapshot'; readonly snapshot: DatasetSnapshot };

export type DatasetEvent =
  | { readonly type: 'SnapshotSeen'; readonly snapshot: DatasetSnapshot; readonly at: number }
  | {
      readonly type: 'Registered';
      readonly datasetId: string;
      readonly name: string;
      readonly bytes: number;
      readonly profile: Profile;
      readonly at: number;
    };

/** A dataset is registered once: the same bytes again are the same dataset, whatever their name. */
export const dataset: Aggregate<DatasetState, DatasetCommand, DatasetEvent> = {
  name: 'Dataset',
  fields: { registeredAt: 'number' },
  indexes: [['registeredAt']],
  decide,
  evolve,
  announce,
  index: (state) => ({ registeredAt: state.registeredAt }),
};

function decide(
  state: DatasetState | undefined,
  command: DatasetCommand | Wake,
  { id, now }: { id: string; now: number },
): DatasetEvent[] {
  switch (command.type) {
    case 'Register': {
      const { name, bytes, profile } = command;
      return state?.profile ? [] : [{ type: 'Registered', datasetId: id, name, bytes, profile, at: now }];
    }
    case 'SeeSnapshot':
      return state ? [] : [{ type: 'SnapshotSeen', snapshot: command.snapshot, at: now }];
    case 'Wake':
      return [];
  }
}

function evolve(state: DatasetState | undefined, event: DatasetEvent): DatasetState {
  if (event.type === 'SnapshotSeen') {
    const { hash, uri, source, format, rows, columns } = event.snapshot;
    const name = source.split(/[?#]/)[0]?.split('/').pop() || hash;
    return {
      datasetId: hash,
      uri,
      name,
      source,
      format,
      bytes: null,
      rows: Number(rows),
      columns,
      registeredAt: event.at,
    };
  }
  const { datasetId, bytes, profile } = event;
  const { rows, format } = profile;
  return {
    datasetId,
    uri: `dataset://${datasetId}`,
    name: state?.name ?? event.name,
    source: state?.source ?? null,
    format,
    bytes,
    rows,
    columns: profile.columns.length,
    profile,
    registeredAt: state?.registeredAt ?? event.at,
  };
}

/** Told when the whole file is known; a snapshot that a job brought is known from that job's own events. */
function announce(event: DatasetEvent, state: DatasetState): Announcement[] {
  if (event.type !== 'Registered') return [];
  const { datasetId, uri, name, rows, columns, format } = state;
  const data = { datasetId, uri, name, rows, columns, format, bytes: event.bytes };
  return [{ type: 'DatasetRegistered', key: datasetId, data }];
}
