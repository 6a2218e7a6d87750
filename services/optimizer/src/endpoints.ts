import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import type { StudyState } from './study/state.js';
import { study } from './study/study.js';
import { studyView } from './study/view.js';

/** The optimizer's REST calls. */
export function studyEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/studies',
      summary: 'Lists studies, the newest first',
      tag: 'studies',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(500).default(50),
        offset: z.coerce.number().int().min(0).default(0),
      }),
      handle: async ({ query }) => {
        const records = await flow.find<StudyState>(study, { ...query, orderBy: [['startedAt', 'desc']] });
        return { studies: records.map(({ state }) => ({ ...studyView(state), trials: undefined })) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/studies/{id}',
      summary: 'One study with its trials, the best first',
      tag: 'studies',
      description: 'The id of a study is the id of its training job.',
      params: z.object({ id: z.string().min(1) }),
      handle: async ({ params }) => {
        const record = await flow.load<StudyState>(study, params.id);
        if (!record) throw new Problem(404, 'STUDY_NOT_FOUND', `there is no study ${params.id}`);
        return studyView(record.state);
      },
    }),
  ];
}
