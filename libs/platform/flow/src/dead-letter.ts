import { createHash } from 'node:crypto';
import type { Delivery } from '@trainyard/bus';
import type { CollectionSchema } from '@trainyard/store';
import { codeOf } from './errors.js';
import type { FlowPorts } from './ports.js';

/** Dead letters are kept where people can list them, and published on `<topic>.dead` for tools. */
export const deadLetters: CollectionSchema = {
  name: 'DeadLetter',
  fields: { topic: 'string', service: 'string', code: 'string', at: 'number' },
  indexes: [['at'], ['topic', 'at']],
};

const KEPT_BYTES = 64 * 1024;

/** What is stored of a message that could not be handled. `value` is base64, cut at 64 KiB. */
export interface DeadLetter {
  readonly topic: string;
  readonly service: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
  readonly bytes: number;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
}

/** Puts a message aside with the reason. Doing it twice leaves one dead letter in the store, and one or two on the topic. */
export async function bury(ports: FlowPorts, delivery: Delivery, error: unknown): Promise<void> {
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const letter: DeadLetter = {
    topic: delivery.topic,
    service: ports.service,
    key: delivery.key,
    headers: delivery.headers,
    value: Buffer.from(delivery.value.subarray(0, KEPT_BYTES)).toString('base64'),
    bytes: delivery.value.byteLength,
    code,
    reason,
    at: ports.clock.now(),
  };
  const body = createHash('sha256').update(delivery.value).digest('hex').slice(0, 16);
  const id = `${ports.service}/${delivery.topic}/${delivery.headers.ce_id ?? `${delivery.partition}-${delivery.offset}`}/${body}`;
  if (await ports.store.get(deadLetters.name, id)) return;
  // Published first: should the bus be away now, the message comes again, and must not find that all is done.
  await ports.bus.publish([
    {
      topic: `${delivery.topic}.dead`,
      key: delivery.key,
      value: delivery.value.byteLength > KEPT_BYTES ? delivery.value.subarray(0, KEPT_BYTES) : delivery.value,
      headers: {
        ...delivery.headers,
        dead_code: code,
        dead_reason: reason.slice(0, 1000),
        dead_service: ports.service,
      },
    },
  ]);
  const { topic, service, at } = letter;
  const index = { topic, service, code, at };
  const fresh = await ports.store.insert(deadLetters.name, { id, revision: 1, index, body: letter });
  if (!fresh) return;
  ports.metrics?.deadLetter(delivery.topic, code);
  ports.log.error({ topic: delivery.topic, key: delivery.key, code, reason }, 'a message became a dead letter');
}
