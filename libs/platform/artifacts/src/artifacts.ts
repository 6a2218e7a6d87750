/** Bytes by content hash. A digest is the SHA-256 of the content in lower-case hexadecimal. All methods throw {@link ArtifactError}. */
export interface ArtifactStore {
  /** Stores the bytes and answers their digest and size in bytes. Storing the same content again changes nothing. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }>;
  /** The whole content, verified: throws ARTIFACT_NOT_FOUND or ARTIFACT_CORRUPT. */
  get(digest: string): Promise<Uint8Array>;
  /** The content as a stream; its end throws ARTIFACT_CORRUPT when the bytes were not the digest's. */
  open(digest: string): Promise<AsyncIterable<Uint8Array>>;
  /** A local file with the content, verified; downloaded once and cached when the store is remote. Never change it. */
  localPath(digest: string): Promise<string>;
  has(digest: string): Promise<boolean>;
  /** Deleting what is not there is no error. */
  delete(digest: string): Promise<void>;
  /** Throws when the storage cannot be reached or written. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
