import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path of the checkout. */
export const inRepository = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

export const readExample = (path: string) => readFileSync(inRepository(`examples/${path}`));
