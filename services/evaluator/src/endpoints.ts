import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { evaluation } from './evaluation/evaluation.js';
import type { EvaluationState } from './evaluation/state.js';
import { evaluationView } from './evaluation/view.js';

/** The evaluator's REST calls. */
export function evaluationEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/evaluations/{id}',
      summary: 'One evaluation: its metrics and gates',
      tag: 'evaluations',
      description: "A candidate's evaluation has the id of its training job.",
      params: z.object({ id: z.string().min(1) }),
      handle: async ({ params }) => {
        const record = await flow.load<EvaluationState>(evaluation, params.id);
        if (!record) throw new Problem(404, 'EVALUATION_NOT_FOUND', `there is no evaluation ${params.id}`);
        return evaluationView(record.state);
      },
    }),
  ];
}
