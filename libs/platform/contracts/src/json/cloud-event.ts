import { eventTypeOf } from '../catalogue.js';
import { EventError } from '../errors.js';
import type { EventData, EventType } from '../generated/events.js';
import type { Message } from '../message.js';
import { eventFromJson } from './event-json.js';

export type HttpHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

type Attributes = Readonly<Record<string, unknown>>;

/**
 * One CloudEvent over HTTP (CloudEvents 1.0, HTTP protocol binding). Structured mode: `content-type:
 * application/cloudevents+json`, everything in the body. Binary mode: attributes in `ce-*` headers, the data in the body.
 *
 * @param headers names in lower case, as Node gives them
 * @param body parsed JSON, or its text
 * @throws EventError UNKNOWN_EVENT, INVALID_EVENT naming the attribute or field
 */
export function parseCloudEvent(headers: HttpHeaders, body: unknown, now: () => number = Date.now): Message {
  const contentType = headerOf(headers, 'content-type') ?? 'application/json';
  if (contentType.startsWith('application/cloudevents-batch')) {
    throw new EventError('INVALID_EVENT', 'send one event in each request, not a batch', 'content-type');
  }
  const json = parseBody(body);
  const structured = contentType.startsWith('application/cloudevents');
  const attributes = structured ? structuredAttributes(json) : binaryAttributes(headers, contentType);
  return toMessage(attributes, structured ? attributes.data : json, headerOf(headers, 'traceparent'), now);
}

function toMessage(attributes: Attributes, json: unknown, trace: string | undefined, now: () => number): Message {
  if (attributes.specversion !== '1.0') throw missing('specversion', 'must be 1.0');
  const name = required(attributes, 'type');
  const type = eventTypeOf(name);
  if (!type) {
    throw new EventError(
      'UNKNOWN_EVENT',
      `type: there is no event ${name}; try io.trainyard.training.TrainRequested`,
      'type',
    );
  }
  const contentType = attributes.datacontenttype ?? 'application/json';
  if (attributes.data_base64 !== undefined || !/\bjson\b/.test(String(contentType))) {
    throw new EventError('INVALID_EVENT', 'datacontenttype: the data must be JSON', 'datacontenttype');
  }
  const id = required(attributes, 'id');
  const source = required(attributes, 'source');
  const data = eventFromJson(type, json);
  const key = optional(attributes, 'partitionkey') ?? keyOf(data) ?? optional(attributes, 'subject') ?? id;
  const traceparent = optional(attributes, 'traceparent') ?? trace;
  const message = { type, id, source, key, time: timeOf(attributes, now), data };
  return traceparent ? { ...message, traceparent } : message;
}

/** What orders an event: the job it belongs to, else the first id that its schema names. */
export function keyOf(data: EventData[EventType]): string | undefined {
  const ids = Object.entries(data).filter(([name, value]) => name.endsWith('Id') && typeof value === 'string');
  const [, id] = ids.find(([name]) => name === 'jobId') ?? ids[0] ?? [];
  return id as string | undefined;
}

function structuredAttributes(json: unknown): Attributes {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Attributes;
  throw new EventError('INVALID_EVENT', 'the body must be one CloudEvent, as a JSON object', 'body');
}

function binaryAttributes(headers: HttpHeaders, contentType: string): Attributes {
  const attributes: Record<string, unknown> = { datacontenttype: contentType };
  for (const name of Object.keys(headers)) {
    // The binding percent-encodes what is not printable ASCII.
    if (name.startsWith('ce-')) attributes[name.slice(3)] = decode(headerOf(headers, name) ?? '', name);
  }
  if (attributes.type === undefined) {
    const how =
      'send the CloudEvents headers ce-specversion, ce-id, ce-source and ce-type, or content-type application/cloudevents+json';
    throw new EventError('INVALID_EVENT', `ce-type is missing: ${how}`, 'ce-type');
  }
  return attributes;
}

function parseBody(body: unknown): unknown {
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body;
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EventError('INVALID_EVENT', `the body is not valid JSON: ${(error as Error).message}`, 'body');
  }
}

function timeOf(attributes: Attributes, now: () => number): number {
  const text = optional(attributes, 'time');
  if (text === undefined) return now();
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw missing('time', 'must be a date such as 2026-11-21T08:00:00Z');
  return time;
}

function required(attributes: Attributes, name: string): string {
  const value = optional(attributes, name);
  if (value) return value;
  throw missing(name, 'is missing: every CloudEvent has one');
}

function optional(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw missing(name, 'must be a string');
}

function missing(name: string, problem: string): EventError {
  return new EventError('INVALID_EVENT', `${name} ${problem}`, name);
}

function headerOf(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'object' ? value[0] : value;
}

function decode(value: string, name: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw missing(name, 'is not percent-encoded UTF-8');
  }
}
