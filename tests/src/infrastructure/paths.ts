import { fileURLToPath } from 'node:url';

/** Where downloaded servers are kept between runs; git ignores it. */
export const cacheFolder = fileURLToPath(new URL('../../../.cache/', import.meta.url));
/** The Maven files and sources of the servers. */
export const serversFolder = fileURLToPath(new URL('../../infrastructure/', import.meta.url));
