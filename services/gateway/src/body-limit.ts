import { Problem } from '@trainyard/service';
import type { RequestHandler } from 'express';

/** The largest JSON body that any call takes. */
const MAX_JSON_BYTES = 10 * 1024 * 1024;

/**
 * Refuses a JSON body by the size it claims, before a byte of it is read, and ends the connection: body parsers answer
 * only after they have read everything.
 */
export const refuseHugeBodies: RequestHandler = (request, response, next) => {
  const bytes = Number(request.headers['content-length'] ?? 0);
  if (bytes <= MAX_JSON_BYTES || !request.is(['json', '+json'])) return next();
  response.setHeader('connection', 'close');
  throw new Problem(413, 'BODY_TOO_LARGE', `the body has ${bytes} bytes; at most ${MAX_JSON_BYTES} are accepted`);
};
