import { type Aggregate, Rejection, type Wake } from '@trainyard/flow';
import { announce } from './announce.js';
import type { ModelCommand } from './commands.js';
import type { ModelEvent } from './events.js';
import { evolve } from './evolve.js';
import { register } from './register.js';
import { changeStage, deployed, deploymentFailed } from './stage.js';
import { livingVersions, type ModelState } from './state.js';

/** A model by its name: versions numbered without gaps, one holder of Staging and of Production, a history of both. */
export const model: Aggregate<ModelState, ModelCommand, ModelEvent> = {
  name: 'Model',
  fields: { listed: 'boolean', name: 'string', updatedAt: 'number' },
  indexes: [['listed', 'updatedAt']],
  decide,
  evolve,
  announce,
  index: (state) => ({
    listed: livingVersions(state).length > 0,
    name: state.name,
    updatedAt: state.updatedAt,
  }),
};

function decide(
  state: ModelState | undefined,
  command: ModelCommand | Wake,
  { id, now }: { id: string; now: number },
): ModelEvent[] {
  if (command.type === 'EvaluationCompleted') return register(state, command.data, id, now);
  const exists = livingVersions(state).length > 0;
  switch (command.type) {
    case 'DeploymentReady':
      return state ? deployed(state, command.data, now) : [];
    case 'DeploymentFailed':
      return state ? deploymentFailed(state, command.data) : [];
    case 'StageChangeRequested':
      if (!state || !exists) throw notFound(id);
      return changeStage(state, command.data, now);
    case 'Delete':
      if (!exists) throw notFound(id);
      return [{ type: 'Deleted', at: now }];
    case 'Wake':
      return [];
  }
}

function notFound(id: string): Rejection {
  return new Rejection('MODEL_NOT_FOUND', `there is no model ${id}`);
}
