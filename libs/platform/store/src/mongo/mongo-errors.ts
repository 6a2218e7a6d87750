import { StoreError } from '../errors.js';

const DUPLICATE_KEY = 11000;
const TOO_LARGE = new Set([10334, 17419, 17420, 17280]);
const OUT_OF_DISK = 14031;
const NOT_ALLOWED = new Set([13, 18]);

const UNREACHABLE =
  /^(MongoNetwork|MongoServerSelection|MongooseServerSelection|MongoNotConnected|MongoTopologyClosed|MongoPoolC|MongoWaitQueue|MongoExpiredSession|DisconnectedError)/;

interface MongoFailure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly hasErrorLabel?: (label: string) => boolean;
}

export function isDuplicateKey(error: unknown): boolean {
  return (error as MongoFailure).code === DUPLICATE_KEY;
}

/** The server's failure in words; passwords in the address are left out. */
export function toStoreError(error: unknown, url: string): StoreError {
  if (error instanceof StoreError) return error;
  const failure = error as MongoFailure;
  const message = failure.message ?? String(error);
  const server = url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
  const code = Number(failure.code);
  const options = { cause: error };
  const labelled = (label: string) => failure.hasErrorLabel?.(label) ?? false;
  if (TOO_LARGE.has(code) || /larger than the maximum size|BSONObj size|out of range/i.test(message)) {
    return new StoreError(
      'DOCUMENT_TOO_LARGE',
      'A document is larger than the 16 MB that MongoDB allows: store the large part as an artifact.',
      false,
      options,
    );
  }
  if (NOT_ALLOWED.has(code)) {
    return new StoreError('STORE_UNAVAILABLE', `MongoDB at ${server} refuses access: ${message}.`, false, options);
  }
  if (code === OUT_OF_DISK) {
    return new StoreError('STORE_FULL', `MongoDB at ${server} has no space left: ${message}.`, true, options);
  }
  const retriable = labelled('RetryableWriteError') || labelled('TransientTransactionError');
  if (retriable || UNREACHABLE.test(failure.name ?? '') || /initial connection is complete/.test(message)) {
    return new StoreError('STORE_UNAVAILABLE', `MongoDB at ${server} cannot be reached: ${message}.`, true, options);
  }
  return new StoreError('STORE_FAILED', `MongoDB at ${server} failed: ${message}.`, false, options);
}
