import type { IncomingMessage } from 'node:http';
import type { ArtifactStore } from '@trainyard/artifacts';
import { Problem } from '@trainyard/service';

/**
 * Streams a request's body into the artifact store, never more than `maxBytes` of it.
 * @throws Problem UPLOAD_TOO_LARGE, UPLOAD_EMPTY; the artifact store's errors
 */
export async function storeUpload(
  request: IncomingMessage,
  artifacts: ArtifactStore,
  maxBytes: number,
): Promise<{ digest: string; size: number }> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const stored = await artifacts.put(limited(request, maxBytes));
  if (stored.size === 0) throw new Problem(400, 'UPLOAD_EMPTY', 'the body is empty; send the file itself as the body');
  return stored;
}

async function* limited(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): Problem {
  const words = `the file is larger than ${maxBytes} bytes; raise MAX_UPLOAD_BYTES, or train from a file:// or s3:// uri`;
  return new Problem(413, 'UPLOAD_TOO_LARGE', words, { maxBytes });
}
