import type { Expression } from './expression.js';

const MARK = /⟦(\d+)⟧/g;
const expressions: Expression[] = [];

/**
 * A stand-in for an expression in a typed field: a string that holds its number. A map is marked by its only key and
 * value, a list by its only item, so that cdk8s passes both on as they are.
 *
 * @param like a value of the field's kind
 */
export function mark<T>(expression: Expression, like: T): T {
  const number = expressions.push(expression) - 1;
  const whole = `⟦${number}*⟧`;
  if (Array.isArray(like)) return [whole] as T;
  if (like !== null && typeof like === 'object') return { [whole]: whole } as T;
  return `⟦${number}⟧` as T;
}

/** The expression that a whole field stands for; undefined for a field that is what it is. */
export function expressionOf(field: unknown): Expression | undefined {
  if (typeof field === 'string') return textOf(field);
  if (Array.isArray(field)) return field.length === 1 ? alone(field[0], /^⟦(\d+)\*⟧$/) : undefined;
  if (field === null || typeof field !== 'object') return undefined;
  const entries = Object.entries(field);
  const [key, value] = entries[0] ?? [];
  return entries.length === 1 && key === value ? alone(key, /^⟦(\d+)\*⟧$/) : undefined;
}

function alone(text: unknown, pattern: RegExp): Expression | undefined {
  const [, number] = (typeof text === 'string' && pattern.exec(text)) || [];
  return number === undefined ? undefined : expressions[Number(number)];
}

/** A mark alone keeps its kind: a number stays a number. Marks within words make a text. */
function textOf(text: string): Expression | undefined {
  const one = alone(text, /^⟦(\d+)⟧$/);
  if (one) return one;
  const parts: (string | Expression)[] = [];
  let end = 0;
  for (const match of text.matchAll(MARK)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(expressions[Number(match[1])] as Expression);
    end = match.index + match[0].length;
  }
  // Braces of Grafana's legends and Prometheus's alerts are not Helm's.
  if (parts.length === 0 && !text.includes('{{')) return undefined;
  return { kind: 'text', parts: end < text.length ? [...parts, text.slice(end)] : parts };
}

/** The name of the release. */
export const releaseName = mark<string>({ kind: 'release', field: 'Name' }, '');
/** The namespace of the release. */
export const releaseNamespace = mark<string>({ kind: 'release', field: 'Namespace' }, '');

/** A text that a number or a switch is written into, for fields that take only texts. */
export const text = (value: unknown): string => mark<string>({ kind: 'text', parts: [marked(value)] }, '');

/** A hash that changes with any of these values: pods that carry it start anew. */
export const checksum = (...paths: readonly string[]): string => mark<string>({ kind: 'checksum', paths }, '');

/** The expression behind a mark. Throws for what is none: a condition on a constant is a mistake. */
export function marked(value: unknown): Expression {
  const expression = expressionOf(value);
  if (!expression) throw new TypeError(`${JSON.stringify(value)} is no value of the chart`);
  return expression;
}
