import { LearnError, type LearnErrorCode } from '@trainyard/data';

/** 0 done, 1 anything else, 2 wrong use, 3 bad data. */
export type ExitCode = 0 | 1 | 2 | 3;

/** The command was used in a wrong way: what to do instead is the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What is wrong with the data or its files, not with the command. */
const BAD_DATA: ReadonlySet<string> = new Set<LearnErrorCode>([
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_EMPTY',
  'FORMAT_UNKNOWN',
  'ENCODING_INVALID',
  'DELIMITER_WRONG',
  'HEADER_MISSING',
  'ROW_RAGGED',
  'COLUMN_NOT_FOUND',
  'COLUMN_DUPLICATE',
  'TARGET_ALL_MISSING',
  'TARGET_ONE_CLASS',
  'TARGET_NOT_NUMERIC',
  'TARGET_OUT_OF_RANGE',
  'TOO_MANY_CLASSES',
  'TOO_FEW_ROWS',
  'NO_FEATURES',
  'VALUE_INFINITE',
  'WEIGHT_INVALID',
  'FEATURE_UNKNOWN',
  'FEATURE_INVALID',
  'ARTIFACT_INVALID',
]);

const WRONG_USE: ReadonlySet<string> = new Set<LearnErrorCode>([
  'MODEL_UNKNOWN',
  'PARAMETER_UNKNOWN',
  'PARAMETER_INVALID',
  'OPTION_UNSUPPORTED',
  'TASK_UNSUPPORTED',
  'METRIC_UNKNOWN',
  'TARGET_MISSING',
]);

/** The exit code for an error's stable code, whether it arose here or on a server. */
export function exitCodeOf(code: string): ExitCode {
  if (BAD_DATA.has(code)) return 3;
  return WRONG_USE.has(code) ? 2 : 1;
}

/** An answer of a server that is no success. */
export class ServerError extends Error {
  override readonly name = 'ServerError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The line for standard error and the exit code. Only a mistake of ours shows a stack. */
export function describeFailure(error: unknown): { line: string; exitCode: ExitCode } {
  if (error instanceof UsageError) return { line: error.message, exitCode: 2 };
  if (error instanceof LearnError || error instanceof ServerError) {
    return { line: `${error.code}: ${error.message}`, exitCode: exitCodeOf(error.code) };
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (error instanceof Error && typeof code === 'string') return { line: `${code}: ${error.message}`, exitCode: 1 };
  return { line: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}
