import { z } from 'zod';

/** The query of every list. */
export const page = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('how many to answer with'),
  offset: z.coerce.number().int().min(0).default(0).describe('how many to skip'),
});

export const byId = z.object({ id: z.string().min(1) });

export const byVersion = z.object({ id: z.string().min(1), version: z.string().min(1) });

export const version = z.string().min(1).optional().describe('default: the version in production, else the latest');
