import { createHash, randomUUID } from 'node:crypto';
import type { Announcement, Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import { z } from 'zod';
import { jobView } from '../job/job-view.js';
import type { JobViewState } from '../job/state.js';
import { dataset, gate } from '../job/train-request.js';
import { submission, submissionId } from '../submission/submission.js';

const requested = z.strictObject({
  model: z.string().min(1).describe('id or name'),
  version: z.string().optional().describe('default: the newest'),
  dataset: dataset.nullish().describe('default: the rows held out of its training'),
  gates: z.array(gate).default([]),
});

const accepted = z.object({
  evaluationId: z.string(),
  model: z.object({ id: z.string(), name: z.string(), version: z.string() }),
  links: z.object({ self: z.string() }),
});

/** Versions of one model that are looked through for the one asked for. */
const NEWEST = 500;

/** Asking for an evaluation; the evaluator answers how it went. */
export function evaluationEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/evaluations',
      summary: 'Evaluate a registered version, on other data when given',
      tag: 'evaluations',
      body: requested,
      status: 202,
      answer: accepted,
      handle: ({ body, request }) => evaluate(flow, body, request.header('idempotency-key')),
    }),
  ];
}

async function evaluate(flow: Flow, body: z.output<typeof requested>, key: string | undefined) {
  const { model, name, artifact, holdout } = await findTrained(flow, body.model, body.version);
  const { id: modelId, version } = model;
  const modelName = model.name ?? name;
  const hash = key === undefined ? randomUUID() : createHash('sha256').update(key).digest('hex').slice(0, 32);
  const evaluationId = `evaluation-${hash}`;
  const announcement: Announcement = {
    type: 'EvaluateRequested',
    key: modelId,
    data: { evaluationId, modelId, modelName, version, artifact, holdout, dataset: body.dataset, gates: body.gates },
  };
  await flow.handle(submission, submissionId(evaluationId), { type: 'Submit', announcement });
  const links = { self: `/api/v1/evaluations/${evaluationId}` };
  return { evaluationId, model: { id: modelId, name: modelName, version }, links };
}

type Trained = Required<Pick<JobViewState, 'model' | 'name' | 'artifact' | 'holdout'>>;

/** The job that trained a model's version. @throws Problem MODEL_NOT_FOUND or VERSION_NOT_FOUND */
async function findTrained(flow: Flow, idOrName: string, version: string | undefined): Promise<Trained> {
  for (const field of ['modelId', 'modelName']) {
    const jobs = await flow.find<JobViewState>(jobView, {
      where: { [field]: idOrName },
      orderBy: [['submittedAt', 'desc']],
      limit: NEWEST,
    });
    if (jobs.length === 0) continue;
    const fits = ({ state }: (typeof jobs)[number]) => version === undefined || state.model?.version === version;
    const found = jobs.filter(fits).find(({ state }) => state.artifact && state.holdout);
    if (found) return { name: idOrName, ...found.state } as Trained;
    throw new Problem(404, 'VERSION_NOT_FOUND', `model "${idOrName}" has no version ${version} that was trained here`);
  }
  throw new Problem(404, 'MODEL_NOT_FOUND', `there is no model "${idOrName}"; GET /api/v1/models lists them`);
}
