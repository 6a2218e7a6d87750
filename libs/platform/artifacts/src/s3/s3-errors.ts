import { ArtifactError } from '../errors.js';

interface S3Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as S3Failure;
  return name === 'NoSuchKey' || name === 'NotFound' || (name !== 'NoSuchBucket' && $metadata?.httpStatusCode === 404);
}

/** What the storage refused, in words a user can act on. */
export function toArtifactError(error: unknown, bucket: string): unknown {
  if (error instanceof ArtifactError) return error;
  const { name = '', message, code, $metadata } = error as S3Failure;
  const status = $metadata?.httpStatusCode;
  const options = { cause: error };
  const unavailable = (text: string, retriable: boolean) =>
    new ArtifactError('ARTIFACT_STORE_UNAVAILABLE', text, retriable, options);
  if (name === 'NoSuchBucket') {
    return unavailable(`The S3 bucket "${bucket}" does not exist: create it, or correct ARTIFACTS_URL.`, false);
  }
  if (name === 'CredentialsProviderError') {
    return unavailable('There are no S3 credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.', false);
  }
  if (status === 401 || status === 403) {
    return unavailable(
      `S3 refuses access to bucket "${bucket}" (${name}): check the credentials and the policy.`,
      false,
    );
  }
  const network = /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOST|ENET)/.test(code ?? '') || /Timeout/.test(name);
  if (network || status === 429 || (status !== undefined && status >= 500)) {
    return unavailable(`The S3 storage of bucket "${bucket}" cannot be reached: ${name} ${message}`, true);
  }
  if (status !== undefined) {
    return new ArtifactError(
      'ARTIFACT_STORE_FAILED',
      `S3 bucket "${bucket}" failed: ${name} ${message}`,
      false,
      options,
    );
  }
  return error;
}
