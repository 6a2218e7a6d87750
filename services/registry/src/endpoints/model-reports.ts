import type { ArtifactStore } from '@trainyard/artifacts';
import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import { z } from 'zod';
import { findModel, versionOf } from '../model/find.js';
import { byId, version } from './page.js';
import { readReport } from './reports.js';

const tag = 'models';

/** What training and evaluation found out about a version. */
export function modelReportEndpoints(flow: Flow, artifacts: ArtifactStore): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/models/{id}/metrics',
      summary: 'The held-out metrics of a version',
      tag,
      description: 'With `report=true` also the confusion matrix, the curves and the metrics of each target or step.',
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
