import type { ArtifactStore } from '@trainyard/artifacts';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import { compareModels } from '../model/compare.js';
import { findModel, versionOf } from '../model/find.js';
import { model } from '../model/model.js';
import { livingVersions, type ModelState, stages } from '../model/state.js';
import { lineageView, modelSummary, versionDetails, versionSummary } from '../model/view.js';
import { byId, page } from './page.js';
import { readReport } from './reports.js';

const tag = 'models';
const version = z.string().min(1).optional().describe('default: the version in production, else the latest');
const byVersion = z.object({ id: z.string().min(1), version: z.string().min(1) });

/** Models, versions and lineage. `{id}` is a model's id or its name. */
export function modelEndpoints(flow: Flow, artifacts: ArtifactStore): Endpoint[] {
  return [...reading(flow), ...reports(flow, artifacts), ...changing(flow)];
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
          .array(z.object({ id: z.string().min(1), version: z.string().min(1).optional() }))
          .min(2)
          .max(50),
      }),
      handle: async ({ body }) => {
        const compared = body.models.map(async ({ id, version: asked }) => {
          const state = await findModel(flow, id);
          return { state, version: versionOf(state, asked) };
        });
        return compareModels(await Promise.all(compared));
      },
    }),
  ];
}

function reports(flow: Flow, artifacts: ArtifactStore): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/metrics',
      summary: 'The held-out metrics of a version',
      tag,
      description: 'With `report=true` also the confusion matrix and curves.',
      params: byId,
      query: z.object({ version, report: z.enum(['true', 'false']).default('false') }),
      handle: async ({ params, query }) => {
        const state = await findModel(flow, params.id);
        const found = versionOf(state, query.version);
        const { metrics, trainingMetrics, gates } = found;
        const about = { model: { id: state.modelId, name: state.name, version: found.version } };
        const answer = { ...about, metrics, trainingMetrics, gates };
        if (query.report === 'false') return answer;
        return { ...answer, report: await readReport(artifacts, found.artifacts.evaluationReport) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/importance',
      summary: 'Which columns a version relies on, the most important first',
      tag,
      params: byId,
      query: z.object({ version }),
      handle: async ({ params, query }) => {
        const state = await findModel(flow, params.id);
        const found = versionOf(state, query.version);
        const { importance = {} } = await readReport(artifacts, found.artifacts.trainingReport);
        const shares = Object.entries(importance as Record<string, number>);
        return {
          model: { id: state.modelId, name: state.name, version: found.version },
          importance: shares.map(([feature, value]) => ({ feature, importance: value })),
        };
      },
    }),
  ];
}

function changing(flow: Flow): Endpoint[] {
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
