import type { Flow } from '@trainyard/flow';
import { type Endpoint, endpoint, Problem } from '@trainyard/service';
import type { Query } from '@trainyard/store';
import { z } from 'zod';
import { answerOf } from '../job/answer.js';
import { jobView } from '../job/job-view.js';
import type { JobViewState } from '../job/state.js';
import { waitingOf } from '../job/waiting.js';
import type { JobStreams } from '../stream/job-streams.js';
import type { ProgressTable } from '../stream/progress-table.js';

const statuses = ['queued', 'tuning', 'running', 'evaluating', 'completed', 'failed', 'cancelled'] as const;

const job = z.object({
  jobId: z.string(),
  name: z.string().optional(),
  status: z.enum(statuses),
  stage: z.string(),
  progress: z.number().min(0).max(1),
  attempts: z.number(),
  task: z.string().optional(),
  algorithm: z.string().optional(),
  leaderboard: z
    .array(
      z.object({ number: z.number(), model: z.string(), params: z.record(z.string(), z.unknown()), value: z.number() }),
    )
    .optional(),
  model: z.object({ id: z.string(), version: z.string() }).optional(),
  metrics: z.record(z.string(), z.number()).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  waiting: z
    .object({ pool: z.string(), since: z.string(), ahead: z.number(), reason: z.string().nullable() })
    .optional()
    .describe(
      'of a job that is queued, or a search of which no trial has ended: for which workers, since when, behind how many, and why',
    ),
  acceptedAt: z.string(),
  endedAt: z.string().optional(),
  links: z.object({ self: z.string(), events: z.string() }),
});

const byId = z.object({ jobId: z.string() });
const path = '/api/v1/models/jobs/{jobId}';

const listQuery = z.object({
  status: z.enum(statuses).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

/** Following jobs. */
export function jobEndpoints(flow: Flow, streams: JobStreams, progress: ProgressTable): Endpoint[] {
  const load = async (jobId: string): Promise<JobViewState> => {
    const record = await flow.load<JobViewState>(jobView, jobId);
    if (record) return record.state;
    throw new Problem(404, 'JOB_NOT_FOUND', `there is no job "${jobId}"; GET /api/v1/models/jobs lists them`);
  };
  const show = (state: JobViewState) => answerOf(state, progress.get(state.jobId));
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/models/jobs',
      summary: 'List jobs, newest first, without their leaderboards',
      tag: 'jobs',
      query: listQuery,
      answer: z.object({ jobs: z.array(job), total: z.number() }),
      handle: async ({ query: { status, limit, offset } }) => {
        const where: Query['where'] = status ? { status } : {};
        const [found, total] = await Promise.all([
          flow.find<JobViewState>(jobView, { where, orderBy: [['submittedAt', 'desc']], limit, offset }),
          flow.ports.store.count(jobView.name, where),
        ]);
        return { jobs: found.map(({ state }) => ({ ...show(state), leaderboard: undefined })), total };
      },
    }),
    endpoint({
      method: 'get',
      path,
      summary: 'One job',
      tag: 'jobs',
      params: byId,
      answer: job,
      handle: async ({ params }) => {
        const state = await load(params.jobId);
        return { ...show(state), waiting: await waitingOf(flow, state) };
      },
    }),
    endpoint({
      method: 'get',
      path: `${path}/events`,
      summary: 'What happens to a job, as server-sent events',
      description:
        'Events: status, progress, trial, tuned, metrics, cancelling. Each carries the fields of the job that it changes. `Last-Event-ID` resumes; the stream ends with the job.',
      tag: 'jobs',
      params: byId,
      answerKind: 'text/event-stream',
      handle: async ({ params, request, response }) => {
        const after = Number(request.header('last-event-id') ?? 0);
        streams.open(await load(params.jobId), response, Number.isSafeInteger(after) ? after : 0);
      },
    }),
    endpoint({
      method: 'delete',
      path,
      summary: 'Cancel a job',
      tag: 'jobs',
      params: byId,
      status: 202,
      answer: job,
      handle: async ({ params }) => {
        const { record } = await flow.handle(jobView, params.jobId, { type: 'Cancel', reason: 'asked for over REST' });
        return show(record?.state as JobViewState);
      },
    }),
  ];
}
