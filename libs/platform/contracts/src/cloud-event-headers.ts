import { createHash } from 'node:crypto';
import { fullNameOf } from './catalogue.js';
import type { EventType } from './generated/events.js';
import type { Message, OutgoingMessage, RawMessage } from './message.js';

type Identity = Omit<Message, 'type' | 'data'>;

/** CloudEvents 1.0, Kafka protocol binding, binary content mode; `traceparent` is the W3C header. */
export function headersOf(message: Omit<OutgoingMessage, 'data'>): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: message.id,
    ce_source: message.source,
    ce_type: fullNameOf(message.type),
    ce_time: new Date(message.time).toISOString(),
    ce_subject: message.key,
    'content-type': 'application/avro',
  };
  if (message.traceparent) headers.traceparent = message.traceparent;
  return headers;
}

/** Who sent a message, when, and which one it is; a plain producer that sets no headers is told apart by what it sent. */
export function identify(raw: RawMessage, type: EventType, data: unknown, now: () => number): Identity {
  const { headers } = raw;
  const time = Date.parse(headers.ce_time ?? '');
  const traceparent = headers.traceparent ?? headers.ce_traceparent;
  return {
    id: headers.ce_id || madeUpId(raw, type, data),
    source: headers.ce_source || `kafka:${raw.topic}`,
    key: raw.key,
    time: Number.isNaN(time) ? now() : time,
    ...(traceparent ? { traceparent } : {}),
  };
}

function madeUpId(raw: RawMessage, type: EventType, data: unknown): string {
  const { jobId } = data as { readonly jobId?: string | null };
  if (type === 'TrainRequested' && jobId) return `jobId:${jobId}`;
  if (raw.partition !== undefined && raw.offset !== undefined) return `${raw.topic}/${raw.partition}/${raw.offset}`;
  return `sha256:${createHash('sha256').update(raw.value).digest('hex')}`;
}
