import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ArtifactStore } from '../artifacts.js';
import { checkDigest, corrupt, digestOf, notFound, verified } from '../digest.js';
import { ArtifactError } from '../errors.js';
import { FilesystemArtifacts } from '../filesystem/filesystem-artifacts.js';
import { isMissing, toArtifactError } from './s3-errors.js';
import { parseS3Url, type S3Location } from './s3-url.js';

const PART_BYTES = 8 << 20;

/**
 * Artifacts in S3 or a storage that speaks its protocol, as `<prefix>ab/cd/abcd...`. Credentials come from where the
 * AWS SDK looks for them (AWS_ACCESS_KEY_ID and so on).
 */
export class S3Artifacts implements ArtifactStore {
  readonly #location: S3Location;
  readonly #client: S3Client;
  /** Downloaded copies, and streams on their way up: an object's key is known only when its last byte is. */
  readonly #cache: FilesystemArtifacts;

  /**
   * @param url `s3://bucket/prefix?endpoint=...&region=...`
   * @param cacheFolder where local copies are kept
   */
  constructor(url: string, cacheFolder: string) {
    this.#location = parseS3Url(url);
    this.#cache = new FilesystemArtifacts(join(cacheFolder, this.#location.bucket));
    const { endpoint, region } = this.#location;
    this.#client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      // We verify SHA-256 ourselves; other storages do not know the SDK's newer checksums.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 4,
    });
  }

  async put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
    if (bytes instanceof Uint8Array && bytes.length <= PART_BYTES) {
      const digest = digestOf(bytes);
      if (!(await this.#isStored(digest, bytes.length))) await this.#upload(digest, bytes);
      return { digest, size: bytes.length };
    }
    const { digest, size } = await this.#cache.put(bytes);
    if (!(await this.#isStored(digest, size))) {
      await this.#upload(digest, size <= PART_BYTES ? await this.#cache.get(digest) : await this.#cachedFile(digest));
    }
    return { digest, size };
  }

  async get(digest: string): Promise<Uint8Array> {
    const body = await this.#download(digest);
    const content = await this.#guard(async () => new Uint8Array(Buffer.concat(await body.toArray())), digest);
    if (digestOf(content) !== digest) throw corrupt(digest, this.#where);
    return content;
  }

  async open(digest: string): Promise<AsyncIterable<Uint8Array>> {
    return verified(digest, this.#where, this.#guarded(await this.#download(digest)));
  }

  async localPath(digest: string): Promise<string> {
    checkDigest(digest);
    if (await this.#cache.has(digest)) {
      try {
        return await this.#cache.localPath(digest);
      } catch {
        // A damaged copy: the original is still there.
        await this.#cache.delete(digest);
      }
    }
    await this.#cache.put(await this.open(digest));
    return this.#cache.localPath(digest);
  }

  async has(digest: string): Promise<boolean> {
    checkDigest(digest);
    return (await this.#sizeOf(digest)) !== undefined;
  }

  async delete(digest: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#location.bucket, Key: this.#key(digest) });
    await this.#guard(() => this.#client.send(command));
    await this.#cache.delete(digest);
  }

  async ping(): Promise<void> {
    await this.#guard(() => this.#client.send(new HeadBucketCommand({ Bucket: this.#location.bucket })));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  get #where(): string {
    return `S3 bucket "${this.#location.bucket}"`;
  }

  #key(digest: string): string {
    checkDigest(digest);
    return `${this.#location.prefix}${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}`;
  }

  /** An object that was cut short must be written again. */
  async #isStored(digest: string, size: number): Promise<boolean> {
    return (await this.#sizeOf(digest)) === size;
  }

  async #sizeOf(digest: string): Promise<number | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#location.bucket, Key: this.#key(digest) });
    return this.#guard(async () => {
      try {
        return (await this.#client.send(command)).ContentLength ?? 0;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  async #upload(digest: string, body: Uint8Array | Readable): Promise<void> {
    const params = { Bucket: this.#location.bucket, Key: this.#key(digest), Body: body };
    await this.#guard(async () => {
      if (body instanceof Uint8Array) await this.#client.send(new PutObjectCommand(params));
      else await new Upload({ client: this.#client, params, partSize: PART_BYTES, queueSize: 3 }).done();
    });
  }

  async #cachedFile(digest: string): Promise<Readable> {
    return createReadStream(await this.#cache.localPath(digest), { highWaterMark: 1 << 20 });
  }

  async #download(digest: string): Promise<Readable> {
    const command = new GetObjectCommand({ Bucket: this.#location.bucket, Key: this.#key(digest) });
    const { Body: body } = await this.#guard(() => this.#client.send(command), digest);
    return body as Readable;
  }

  /** A connection that breaks in the middle is a retriable ArtifactError too. */
  async *#guarded(body: Readable): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) yield chunk;
    } catch (cause) {
      const text = `The download from ${this.#where} broke off: ${(cause as Error).message}`;
      throw new ArtifactError('ARTIFACT_STORE_UNAVAILABLE', text, true, { cause });
    }
  }

  async #guard<T>(call: () => Promise<T>, digest?: string): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (digest && isMissing(error)) throw notFound(digest);
      throw toArtifactError(error, this.#location.bucket);
    }
  }
}
