const SECRET_KEY =
  /^(proxy-)?authorization$|^(set-)?cookie$|password|passwd|passphrase|(^|[-_.]|[a-z](?=[A-Z]))(secret|token|api[-_]?keys?|private[-_]?key|access[-_]?key)$|^x-api-key$|^sasl$|secret[-_]?access[-_]?key|access[-_]?token/i;
const CREDENTIALS_IN_URL = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']*@/gi;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/g;
const REDACTED = '[redacted]';
const DEPTH = 6;

/** The text without the credentials of connection strings and authorization headers. */
export function redactText(text: string): string {
  return text.replace(CREDENTIALS_IN_URL, `$1${REDACTED}@`).replace(BEARER, `$1 ${REDACTED}`);
}

/** A copy in which secrets are replaced, by the names of their fields and by what they look like. Errors become plain objects. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH) return '[...]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    copy[key] = SECRET_KEY.test(key) && item !== null && item !== undefined ? REDACTED : redact(item, depth + 1);
  }
  return copy;
}

function redactError(error: Error, depth: number): unknown {
  if (depth >= DEPTH) return redactText(error.message);
  const { name, message, stack, cause, ...rest } = error;
  return {
    type: name,
    message: redactText(message),
    ...(redact(rest, depth + 1) as object),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}
