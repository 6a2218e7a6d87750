import type { TrainRequested } from '@trainyard/contracts';
import type { Flow } from '@trainyard/flow';
import { describeParameter, listModels } from '@trainyard/models';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { linksOf } from '../job/answer.js';
import { checkRequest } from '../job/check-request.js';
import { fingerprintOf, jobIdOf } from '../job/job-id.js';
import { jobView } from '../job/job-view.js';
import { statusOf } from '../job/state.js';
import { search, type TrainRequestBody, trainRequest } from '../job/train-request.js';

const accepted = z.object({
  jobId: z.string(),
  status: z.string(),
  links: z.object({ self: z.string(), events: z.string(), model: z.string().optional() }),
});

const MAX_KEY = 255;
const defaultSearch = search.parse({});

/** Asking for a training, and what can be asked for. */
export function trainEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/models/train',
      summary: 'Train a model',
      description:
        'The body is the TrainRequested command. With an `Idempotency-Key` header, or a `jobId`, a repeated request answers the same job.',
      tag: 'jobs',
      body: trainRequest,
      status: 202,
      answer: accepted,
      handle: ({ body, request }) => submit(flow, body, request.header('idempotency-key')),
    }),
    endpoint({
      method: 'post',
      path: '/ml/optimization/start',
      summary: 'Train a model with searched hyperparameters',
      description: 'The same as /api/v1/models/train; without `search` the default search is made.',
      tag: 'jobs',
      body: trainRequest,
      status: 202,
      answer: accepted,
      handle: ({ body, request }) => {
        const search = body.search ?? defaultSearch;
        return submit(flow, { ...body, search }, request.header('idempotency-key'));
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/models/algorithms',
      summary: 'The models that can be trained, with their hyperparameters',
      tag: 'jobs',
      handle: () => ({ algorithms: listModels().map(describeAlgorithm) }),
    }),
  ];
}

/**
 * Hands a training request on, once.
 * @throws Problem, LearnError for a wrong request; Rejection IDEMPOTENCY_KEY_REUSED
 */
export async function submit(flow: Flow, body: TrainRequestBody, idempotencyKey: string | undefined) {
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > MAX_KEY)) {
    throw new Problem(400, 'IDEMPOTENCY_KEY_INVALID', `Idempotency-Key must have 1 to ${MAX_KEY} characters`);
  }
  checkRequest(body);
  const jobId = jobIdOf(body.jobId, idempotencyKey);
  const { record } = await flow.handle(jobView, jobId, {
    type: 'Submit',
    request: { ...body, jobId } as TrainRequested,
    fingerprint: fingerprintOf(body),
    keyed: idempotencyKey !== undefined,
  });
  const { stage, model } = record!.state;
  return { jobId, status: statusOf(stage), links: linksOf(jobId, model?.id) };
}

function describeAlgorithm({ name, family, input, tasks, params }: ReturnType<typeof listModels>[number]) {
  const described = Object.entries(params).map(([parameter, schema]) => [
    parameter,
    { ...schema, accepts: describeParameter(schema) },
  ]);
  return { name, family, input, tasks, params: Object.fromEntries(described) };
}
