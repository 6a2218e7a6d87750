import type { ApiObject } from 'cdk8s';
import type { Expression } from './expression.js';
import { marked } from './mark.js';

const FIELD = '~if';
const documents = new WeakMap<ApiObject, Expression>();
const fields: Expression[] = [];

export const not = (value: unknown): Expression => ({ kind: 'not', of: conditionOf(value) });
export const all = (...values: readonly unknown[]): Expression => ({ kind: 'all', of: values.map(conditionOf) });
export const any = (...values: readonly unknown[]): Expression => ({ kind: 'any', of: values.map(conditionOf) });

function conditionOf(value: unknown): Expression {
  return isExpression(value) ? value : marked(value);
}

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && typeof (value as Expression).kind === 'string';

/** The object is part of the release only while the condition holds. */
export function onlyIf(condition: unknown, object: ApiObject): void {
  documents.set(object, conditionOf(condition));
}

export const conditionOn = (object: ApiObject): Expression | undefined => documents.get(object);

/** Fields that are there only while the condition holds: spread them into an object. */
export function fieldsIf<T extends object>(condition: unknown, given: T): Partial<T> {
  // Sorted behind the object's own fields, since cdk8s sorts keys.
  return { [`${FIELD}${fields.push(conditionOf(condition)) - 1}`]: given } as Partial<T>;
}

/** The condition that a key stands for, when it stands for one. */
export function conditionOfKey(key: string): Expression | undefined {
  return /^~if\d+$/.test(key) ? fields[Number(key.slice(FIELD.length))] : undefined;
}
