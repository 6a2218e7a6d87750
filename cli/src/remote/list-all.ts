import type { Client } from './client.js';

const PAGE = 500;

/** Everything that a list call has, page by page. */
export async function listAll<T>(client: Client, path: string, field: string): Promise<T[]> {
  const found: T[] = [];
  for (;;) {
    const answer = await client.call<Record<string, unknown>>(`${path}?limit=${PAGE}&offset=${found.length}`);
    const page = answer[field] as T[];
    found.push(...page);
    if (page.length < PAGE) return found;
  }
}
