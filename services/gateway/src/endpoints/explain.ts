import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';

/** The call for explanations, which answers that there are none yet. */
export function explainEndpoints(): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/models/{id}/explain',
      summary: 'Explain predictions: not available in this version',
      tag: 'models',
      params: z.object({ id: z.string().describe('the model, by id or name') }),
      handle: () => {
        const title = 'Not available';
        throw new Problem(501, 'NOT_AVAILABLE', 'explanations are not available in this version', { title });
      },
    }),
  ];
}
