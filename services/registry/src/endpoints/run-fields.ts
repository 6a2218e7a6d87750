import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const name = z.string().trim().min(1).max(255);
export const tags = z.record(z.string(), z.string().max(5000)).default({});

const scalar = z.union([z.null(), z.boolean(), z.number(), z.string().max(5000)]);
export const params = z.record(z.string(), z.union([scalar, z.array(scalar).max(1000)])).default({});

export function newRunId(): string {
  return `run-${randomUUID()}`;
}
