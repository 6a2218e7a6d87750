import { createHash } from 'node:crypto';
import type { Aggregate, Wake } from '@trainyard/flow';

/** A named collection of runs. It comes into being with its first run, or when a user starts it. */
export interface ExperimentState {
  readonly experimentId: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface ExperimentCommand {
  readonly type: 'Start';
  readonly name: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export type ExperimentEvent = { readonly type: 'Started'; readonly state: ExperimentState };

/** An experiment's id follows from its name. */
export function experimentIdOf(name: string): string {
  return `exp-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/** What REST paths call `{id}`: an experiment's id or its name. */
export function experimentIdFrom(idOrName: string): string {
  return /^exp-[0-9a-f]{12}$/.test(idOrName) ? idOrName : experimentIdOf(idOrName);
}

export const experiment: Aggregate<ExperimentState, ExperimentCommand, ExperimentEvent> = {
  name: 'Experiment',
  fields: { createdAt: 'number' },
  indexes: [['createdAt']],
  decide,
  evolve: (_state, event) => event.state,
  announce: () => [],
  index: (state) => ({ createdAt: state.createdAt }),
};

function decide(
  state: ExperimentState | undefined,
  command: ExperimentCommand | Wake,
  { id, now }: { id: string; now: number },
): ExperimentEvent[] {
  if (state || command.type === 'Wake') return [];
  const { name, description = null, tags = {} } = command;
  return [{ type: 'Started', state: { experimentId: id, name, description, tags, createdAt: now } }];
}
