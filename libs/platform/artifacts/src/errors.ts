export type ArtifactErrorCode =
  | 'ARTIFACT_NOT_FOUND'
  | 'ARTIFACT_CORRUPT'
  | 'ARTIFACT_INVALID_DIGEST'
  | 'ARTIFACT_STORE_UNAVAILABLE'
  | 'ARTIFACT_STORE_FULL'
  | 'ARTIFACT_STORE_FAILED'
  | 'INVALID_ARTIFACTS_URL';

/** What an artifact store throws. `retriable`: the same call may succeed later without a change by anyone. */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  constructor(
    readonly code: ArtifactErrorCode,
    message: string,
    readonly retriable = false,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
