import type { ArtifactStore } from '@trainyard/artifacts';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import { compareModels } from '../model/compare.js';
import { findModel, versionOf } from '../model/find.js';
import { model } from '../model/model.js';
import { livingVersions, type ModelState } from '../model/state.js';
import { lineageView, modelSummary, versionDetails, versionSummary } from '../model/view.js';
import { modelChangeEndpoints } from './model-changes.js';
import { modelReportEndpoints } from './model-reports.js';
import { byId, byVersion, page, version } from './page.js';

const tag = 'models';

/** Models, versions and lineage. `{id}` is a model's id or its name. */
export function modelEndpoints(flow: Flow, artifacts: ArtifactStore): Endpoint[] {
  return [...reading(flow), ...modelReportEndpoints(flow, artifacts), ...modelChangeEndpoints(flow)];
}

function reading(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/models/',
      summary: 'Lists models, the last changed first',
      tag,
      query: page,
      handle: async ({ query }) => {
        const where = { listed: true };
        const [records, total] = await Promise.all([
          flow.find<ModelState>(model, { ...query, where, orderBy: [['updatedAt', 'desc']] }),
          flow.ports.store.count(model.name, where),
        ]);
        return { models: records.map(({ state }) => modelSummary(state)), total };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}',
      summary: 'One model',
      tag,
      params: byId,
      handle: async ({ params }) => {
        const state = await findModel(flow, params.id);
        return { ...modelSummary(state), current: versionDetails(state, versionOf(state, undefined)) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/versions',
      summary: "A model's versions, the latest first",
      tag,
      params: byId,
      query: page,
      handle: async ({ params, query: { limit, offset } }) => {
        const state = await findModel(flow, params.id);
        const versions = [...livingVersions(state)].reverse();
        const shown = versions.slice(offset, offset + limit).map((each) => versionSummary(state, each));
        return { model: { id: state.modelId, name: state.name }, versions: shown, total: versions.length };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/versions/{version}',
      summary: 'One version',
      tag,
      params: byVersion,
      handle: async ({ params }) => {
        const state = await findModel(flow, params.id);
        return versionDetails(state, versionOf(state, params.version));
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/lineage',
      summary: 'Where a version comes from: data, parameters, code, seed, parent',
      tag,
      params: byId,
      query: z.object({ version }),
      handle: async ({ params, query }) => {
        const state = await findModel(flow, params.id);
        return lineageView(state, versionOf(state, query.version));
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/models/compare',
      summary: 'Compares versions of one or several models',
      tag,
      body: z.object({
        models: z
          .array(
            z.union([z.string().min(1), z.object({ id: z.string().min(1), version: z.string().min(1).optional() })]),
          )
          .min(2)
          .max(50)
          .describe('ids or names; with a version where not the one in production, else the latest, is meant'),
      }),
      handle: async ({ body }) => {
        const compared = body.models.map(async (named) => {
          const { id, version: asked } = typeof named === 'string' ? { id: named, version: undefined } : named;
          const state = await findModel(flow, id);
          return { state, version: versionOf(state, asked) };
        });
        return compareModels(await Promise.all(compared));
      },
    }),
  ];
}
