import { createHash, randomUUID } from 'node:crypto';

/** What a job id may look like: it is a key of topics, a part of URLs and of file names. */
export const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** The sender's own id, else one made from the key, so that a repeat finds the same job, else a random one. */
export function jobIdOf(given: string | null | undefined, idempotencyKey: string | undefined): string {
  if (given) return given;
  return idempotencyKey ? `job-${sha256(idempotencyKey).slice(0, 32)}` : `job-${randomUUID()}`;
}

/** Tells requests apart, whatever the order of their fields. */
export function fingerprintOf(request: unknown): string {
  return sha256(JSON.stringify(request, sorted));
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
