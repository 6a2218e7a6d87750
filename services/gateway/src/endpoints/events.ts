import { type DeadLetter, deadLetters, type Flow } from '@trainyard/flow';
import { type Endpoint, endpoint } from '@trainyard/service';
import type { Query } from '@trainyard/store';
import { z } from 'zod';
import { cloudEvent, readCloudEvent } from '../submission/cloud-event.js';
import { submitEvent } from '../submission/submit-event.js';

const listQuery = z.object({
  topic: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  offset: z.coerce.number().int().min(0).default(0),
});

const deadLetter = z.object({
  id: z.string(),
  topic: z.string(),
  service: z.string(),
  key: z.string(),
  code: z.string(),
  reason: z.string(),
  headers: z.record(z.string(), z.string()),
  value: z.string().describe('base64, cut at 64 KiB'),
  bytes: z.number(),
  at: z.string(),
});

/** The way in for those without a Kafka client, and what became of messages that could not be handled. */
export function eventEndpoints(flow: Flow): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/events',
      summary: 'Send a command as a CloudEvent',
      description:
        'Structured mode (`application/cloudevents+json`), or binary mode (`ce-*` headers and a JSON body). The same source and id again change nothing.',
      tag: 'events',
      body: z.union([cloudEvent, z.unknown().describe('in binary mode: the data alone')]),
      status: 202,
      answer: z.object({ id: z.string(), type: z.string(), jobId: z.string().optional() }),
      handle: ({ request }) => submitEvent(flow, readCloudEvent(request.headers, request.body)),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/dead-letters',
      summary: 'Messages that could not be handled, newest first',
      tag: 'events',
      query: listQuery,
      answer: z.object({ deadLetters: z.array(deadLetter), total: z.number() }),
      handle: async ({ query: { topic, limit, offset } }) => {
        const { store } = flow.ports;
        const where: Query['where'] = topic ? { topic } : {};
        const [found, total] = await Promise.all([
          store.find(deadLetters.name, { where, orderBy: [['at', 'desc']], limit, offset }),
          store.count(deadLetters.name, where),
        ]);
        return { deadLetters: found.map(({ id, body }) => show(id, body as DeadLetter)), total };
      },
    }),
  ];
}

function show(id: string, { at, ...letter }: DeadLetter) {
  return { id, ...letter, at: new Date(at).toISOString() };
}
