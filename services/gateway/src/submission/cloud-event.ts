import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@trainyard/service';
import { z } from 'zod';

/** A CloudEvent 1.0 with JSON data, as far as we use it. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(500),
  source: z.string().min(1).max(500),
  type: z.string().min(1).describe('the name of a command, such as TrainRequested'),
  datacontenttype: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});

export type CloudEvent = z.output<typeof cloudEvent>;

/**
 * The event of a request, in structured mode (`application/cloudevents+json`) or binary mode (`ce-*` headers).
 * @throws Problem when it is neither; ZodError when a part is missing or wrong
 */
export function readCloudEvent(headers: IncomingHttpHeaders, body: unknown): CloudEvent {
  const type = headers['content-type'] ?? '';
  if (/^application\/cloudevents-batch\+json/i.test(type)) {
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send one event at a time: `application/cloudevents+json`');
  }
  if (/^application\/cloudevents\+json/i.test(type)) return cloudEvent.parse(body);
  if (headers['ce-specversion'] === undefined) {
    const detail = 'send a CloudEvent: `Content-Type: application/cloudevents+json`, or ce-* headers with a JSON body';
    throw new Problem(415, 'NOT_A_CLOUDEVENT', detail);
  }
  const attribute = (name: string) => {
    const value = headers[`ce-${name}`];
    return typeof value === 'string' ? decodeURIComponentSafely(value) : undefined;
  };
  return cloudEvent.parse({
    specversion: attribute('specversion'),
    id: attribute('id'),
    source: attribute('source'),
    type: attribute('type'),
    data: body,
  });
}

/** Header values are percent-encoded in the HTTP binding; one that is not is taken as it is. */
function decodeURIComponentSafely(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
