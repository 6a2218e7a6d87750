import { createHash } from 'node:crypto';

/**
 * What a field of the chart depends on. One tree has two readings: as Helm's template language, in the chart, and as a
 * value, in tests that need no Helm. The cluster lane proves that both say the same.
 */
export type Expression =
  | { readonly kind: 'value'; readonly path: string; readonly type: 'number' | 'other' }
  | { readonly kind: 'release'; readonly field: 'Name' | 'Namespace' }
  | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
  | { readonly kind: 'checksum'; readonly paths: readonly string[] }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression };

/** What a release gives: its name, its namespace and its values. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values: unknown;
}

/** The expression in Helm's template language, without the braces. */
export function goTemplate(expression: Expression): string {
  switch (expression.kind) {
    case 'value':
      return `.Values.${expression.path}`;
    case 'release':
      return `.Release.${expression.field}`;
    case 'text':
      return goText(expression.parts);
    case 'checksum':
      return `sha256sum (print ${expression.paths.map((path) => `(toJson .Values.${path})`).join(' ')})`;
    case 'all':
    case 'any': {
      const of = expression.of.map((each) => `(${goTemplate(each)})`).join(' ');
      return `${expression.kind === 'all' ? 'and' : 'or'} ${of}`;
    }
    case 'not':
      return `not (${goTemplate(expression.of)})`;
  }
}

function goText(parts: readonly (string | Expression)[]): string {
  const format = parts.map((part) => (typeof part === 'string' ? part.replaceAll('%', '%%') : '%v')).join('');
  const values = parts.filter((part) => typeof part !== 'string').map(goTextPart);
  return values.length > 0 ? `printf ${JSON.stringify(format)} ${values.join(' ')}` : JSON.stringify(parts.join(''));
}

/** Numbers of values are floats to Helm: `%v` would write 2147483648 as 2.147483648e+09, `toJson` does not. */
function goTextPart(part: Expression): string {
  const isNumber = part.kind === 'value' && part.type === 'number';
  return isNumber ? `(toJson ${goTemplate(part)})` : `(${goTemplate(part)})`;
}

/** What the expression comes to for one release. */
export function evaluate(expression: Expression, release: Release): unknown {
  switch (expression.kind) {
    case 'value':
      return at(release.values, expression.path.split('.'));
    case 'release':
      return expression.field === 'Name' ? release.name : release.namespace;
    case 'text':
      return expression.parts.map((part) => (typeof part === 'string' ? part : evaluate(part, release))).join('');
    case 'checksum':
      return createHash('sha256')
        .update(expression.paths.map((path) => sortedJson(at(release.values, path.split('.')))).join(''))
        .digest('hex');
    case 'all':
      return expression.of.every((each) => isTrue(evaluate(each, release)));
    case 'any':
      return expression.of.some((each) => isTrue(evaluate(each, release)));
    case 'not':
      return !isTrue(evaluate(expression.of, release));
  }
}

/** What Go's templates take for true: anything but false, zero, nothing, and what is empty. */
export function isTrue(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((within, key) => (within as Record<string, unknown> | undefined)?.[key], value);
}

/** JSON as Go writes it: keys sorted, and what means something in HTML escaped. */
function sortedJson(value: unknown): string {
  const json = JSON.stringify(value, (_, each) =>
    each && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
  return json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
