import { createHash } from 'node:crypto';

/** A model's id follows from its name, so every process derives the same one. */
export function modelIdOf(name: string): string {
  return `mdl-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/** What REST paths call `{id}`: a model's id or its name. */
export function modelIdFrom(idOrName: string): string {
  return /^mdl-[0-9a-f]{12}$/.test(idOrName) ? idOrName : modelIdOf(idOrName);
}
