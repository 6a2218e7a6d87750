import { ArtifactError } from '../errors.js';

export interface S3Location {
  readonly bucket: string;
  /** Empty, or ending in a slash. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region: string;
}

/** Reads `s3://bucket/prefix?endpoint=http://host:9000&region=us-east-1`. Throws INVALID_ARTIFACTS_URL. */
export function parseS3Url(url: string): S3Location {
  const invalid = (why: string) =>
    new ArtifactError(
      'INVALID_ARTIFACTS_URL',
      `The artifact address ${why}: write s3://bucket/prefix?endpoint=http://host:9000&region=us-east-1 (all after the bucket is optional).`,
    );
  if (!URL.canParse(url)) throw invalid('is not a URL');
  const { hostname: bucket, pathname, searchParams, username, password } = new URL(url);
  if (!bucket) throw invalid('names no bucket');
  if (username || password)
    throw invalid('must not contain credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  for (const name of searchParams.keys()) {
    if (name !== 'endpoint' && name !== 'region') throw invalid(`has the unknown option "${name}"`);
  }
  const endpoint = searchParams.get('endpoint');
  if (endpoint !== null && !/^https?:\/\//.test(endpoint)) throw invalid('has an endpoint that is not http or https');
  const path = pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket,
    prefix: path === '' ? '' : `${decodeURIComponent(path)}/`,
    ...(endpoint === null ? {} : { endpoint }),
    region: searchParams.get('region') ?? process.env.AWS_REGION ?? 'us-east-1',
  };
}
