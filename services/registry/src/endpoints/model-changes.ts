import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import { findModel, versionOf } from '../model/find.js';
import { model } from '../model/model.js';
import { stages } from '../model/state.js';
import { versionDetails } from '../model/view.js';
import { byId, byVersion } from './page.js';

const tag = 'models';

/** Stage moves and deletion: people's decisions about a model. */
export function modelChangeEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/models/{id}/versions/{version}/stage',
      summary: 'Moves a version to another stage',
      tag,
      description:
        'Staging and Production hold one version each; the one that was there is archived, and serving follows. Moving an older version to Production rolls back to it.',
      params: byVersion,
      body: z.object({ stage: z.enum(stages), reason: z.string().max(1000).default('') }),
      handle: async ({ params, body }) => {
        const before = await findModel(flow, params.id);
        const { modelId } = before;
        const { version: number } = versionOf(before, params.version);
        const command = { type: 'StageChangeRequested' as const, data: { modelId, version: number, ...body } };
        const { record } = await flow.handle(model, modelId, command);
        const after = record?.state ?? before;
        return versionDetails(after, versionOf(after, number));
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/models/{id}',
      summary: 'Deletes a model with all its versions, and stops serving it',
      tag,
      params: byId,
      handle: async ({ params }) => {
        const { modelId, name } = await findModel(flow, params.id);
        await flow.handle(model, modelId, { type: 'Delete' });
        return { id: modelId, name, deleted: true };
      },
    }),
  ];
}
