import type { ModelDeleted } from '@trainyard/contracts';
import type { Aggregate, Wake } from '@trainyard/flow';

/** A mark that a model was deleted: its versions are served no more. */
export interface DeletedModel {
  readonly modelName: string;
  readonly deletedAt: number;
}

export type DeletedModelCommand = { readonly type: 'ModelDeleted'; readonly data: ModelDeleted };

interface Deleted extends DeletedModel {
  readonly type: 'Deleted';
}

export const deletedModel: Aggregate<DeletedModel, DeletedModelCommand, Deleted> = {
  name: 'DeletedModel',
  fields: { deletedAt: 'number' },
  indexes: [['deletedAt']],
  decide,
  evolve: (_state, { modelName, deletedAt }) => ({ modelName, deletedAt }),
  announce: () => [],
  index: ({ deletedAt }) => ({ deletedAt }),
};

function decide(state: DeletedModel | undefined, command: DeletedModelCommand | Wake): Deleted[] {
  if (state || command.type === 'Wake') return [];
  const { modelName, deletedAt } = command.data;
  return [{ type: 'Deleted', modelName, deletedAt }];
}
