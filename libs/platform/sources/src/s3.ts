import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SourceError } from './errors.js';

let client: S3Client | undefined;

/**
 * Opens s3://bucket/key with the process's AWS credentials (AWS_ENDPOINT_URL for other S3-compatible stores).
 * @throws SourceError URI_NOT_ALLOWED for buckets that are not listed, SOURCE_NOT_FOUND, SOURCE_TOO_LARGE, SOURCE_UNREACHABLE
 */
export async function openS3(
  uri: URL,
  buckets: readonly string[],
  maxBytes: number,
): Promise<AsyncIterable<Uint8Array>> {
  if (!buckets.includes(uri.hostname)) {
    throw new SourceError('URI_NOT_ALLOWED', `the bucket ${uri.hostname} is not allowed; name it in SOURCE_BUCKETS`);
  }
  client ??= new S3Client({ forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL) });
  try {
    const object = await client.send(
      new GetObjectCommand({ Bucket: uri.hostname, Key: decodeURIComponent(uri.pathname.slice(1)) }),
    );
    if ((object.ContentLength ?? 0) > maxBytes)
      throw new SourceError('SOURCE_TOO_LARGE', `${uri.href} is larger than ${maxBytes} bytes`);
    return object.Body as unknown as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const missing = ['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes((error as Error).name);
    throw new SourceError(
      missing ? 'SOURCE_NOT_FOUND' : 'SOURCE_UNREACHABLE',
      `${uri.href}: ${(error as Error).message}`,
    );
  }
}
