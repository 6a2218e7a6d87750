import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Problem } from '@trainyard/service';

const decoders = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };

/**
 * Reads and parses a JSON body of at most `limit` bytes. A body that came in one piece, the usual case, is not copied.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE or MALFORMED_JSON
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = request.headers['content-type'];
  if (type === undefined || !/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'send the body as `Content-Type: application/json`');
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const text = await readText(decoded(request), limit);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, 'MALFORMED_JSON', `the body is not valid JSON: ${(error as Error).message}`);
  }
}

function tooLarge(limit: number): Problem {
  return new Problem(413, 'BODY_TOO_LARGE', `the body is larger than the ${limit} bytes this call accepts`);
}

function readText(stream: Readable, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fail = (error: unknown) => {
      stream.removeAllListeners('data');
      stream.resume();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) return fail(tooLarge(limit));
      chunks.push(chunk);
    });
    stream.once('end', () => resolve((chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString()));
    stream.once('error', () => fail(new Problem(400, 'MALFORMED_BODY', 'the body could not be read to its end')));
  });
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase();
  if (!encoding || encoding === 'identity') return request;
  if (!Object.hasOwn(decoders, encoding)) {
    throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', `content-encoding ${encoding} is not supported; use gzip`);
  }
  const decoder = decoders[encoding as keyof typeof decoders]();
  request.once('error', (error) => decoder.destroy(error));
  return request.pipe(decoder);
}
