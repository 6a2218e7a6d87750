import { LearnError } from '@trainyard/data';
import { didYouMean } from './closest-names.js';
import type { Parameter, ParameterSchema } from './model.js';

/** Between a member's name and its parameter, as in scikit-learn: `lightgbm__num_leaves`. */
export const MEMBER_SEPARATOR = '__';

/** Whose parameters these are, for the error messages. */
export interface ParameterOwner {
  readonly name: string;
  readonly params: ParameterSchema;
  /** Takes parameters of its members too, as `<member>__<parameter>`; it checks them itself. */
  readonly hasMembers?: boolean;
}

const KINDS = {
  ...{ int: 'an integer', float: 'a number', boolean: 'true or false', enum: 'one of' },
  ...{ string: 'a text', array: 'a list of' },
} as const;
const ENTRIES = { int: 'integers', float: 'numbers', string: 'texts' } as const;

/** The range of a parameter in words: `an integer >= 1`, `one of "a", "b"`. */
export function describeParameter(parameter: Parameter): string {
  const parts: string[] = [KINDS[parameter.type]];
  if (parameter.type === 'array') parts.push(ENTRIES[parameter.items ?? 'float']);
  if (parameter.type === 'enum') parts.push((parameter.values ?? []).map((value) => `"${value}"`).join(', '));
  if (parameter.numeric) parts.push('or a number');
  if (parameter.min !== undefined) parts.push(`${parameter.exclusiveMin ? '>' : '>='} ${parameter.min}`);
  if (parameter.max !== undefined) parts.push(`${parameter.min !== undefined ? 'and ' : ''}<= ${parameter.max}`);
  if (parameter.nullable) parts.push('or null');
  return parts.join(' ');
}

function isValid(parameter: Parameter, value: unknown): boolean {
  if (value === null) return parameter.nullable === true;
  switch (parameter.type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'enum':
      if (parameter.numeric && typeof value === 'number') return isValid({ ...parameter, type: 'float' }, value);
      return typeof value === 'string' && (parameter.values ?? []).includes(value);
    case 'string':
      return typeof value === 'string';
    case 'array': {
      const entry = { ...parameter, type: parameter.items ?? 'float', nullable: false } as const;
      return Array.isArray(value) && value.every((item) => isValid(entry, item));
    }
    default: {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      if (parameter.type === 'int' && !Number.isInteger(value)) return false;
      if (parameter.min !== undefined && (parameter.exclusiveMin ? value <= parameter.min : value < parameter.min)) {
        return false;
      }
      return parameter.max === undefined || value <= parameter.max;
    }
  }
}

const show = (value: unknown) => {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** The parameter that `given` names, by its own name or an alias. Throws PARAMETER_UNKNOWN. */
function canonicalName(owner: ParameterOwner, given: string, field: string): string {
  if (Object.hasOwn(owner.params, given)) return given;
  for (const [name, parameter] of Object.entries(owner.params)) {
    if (parameter.aliases?.includes(given)) return name;
  }
  const known = Object.keys(owner.params);
  const spellings = known.flatMap((name) => [name, ...(owner.params[name]!.aliases ?? [])]);
  const near = didYouMean(given, spellings);
  const all = known.length > 0 ? `Its parameters are ${known.join(', ')}.` : 'It has no parameters.';
  throw new LearnError('PARAMETER_UNKNOWN', `Model "${owner.name}" has no parameter "${given}".${near} ${all}`, {
    field: `${field}${given}`,
  });
}

/**
 * Validates hyperparameters and completes them with the defaults. Names may be aliases; the result has canonical names
 * only. `field` stands before the parameter's name in errors. Throws PARAMETER_UNKNOWN naming the nearest valid one, PARAMETER_INVALID naming field, value and range.
 */
export function resolveParameters(
  owner: ParameterOwner,
  given: Readonly<Record<string, unknown>>,
  field = 'params.',
): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  const saidAs = new Map<string, string>();
  for (const [spelling, value] of Object.entries(given)) {
    if (owner.hasMembers && spelling.includes(MEMBER_SEPARATOR)) {
      resolved[spelling] = value;
      continue;
    }
    const name = canonicalName(owner, spelling, field);
    if (saidAs.has(name)) {
      throw new LearnError(
        'PARAMETER_INVALID',
        `"${saidAs.get(name)}" and "${spelling}" are the same parameter (${name}) of model "${owner.name}": give one of them.`,
        { field: `${field}${spelling}` },
      );
    }
    saidAs.set(name, spelling);
    if (!isValid(owner.params[name]!, value)) {
      throw new LearnError(
        'PARAMETER_INVALID',
        `${field}${spelling} is ${show(value)}, but must be ${describeParameter(owner.params[name]!)}.`,
        { field: `${field}${spelling}` },
      );
    }
    resolved[name] = value;
  }
  for (const [name, parameter] of Object.entries(owner.params)) {
    if (name in resolved) continue;
    if (!isValid(parameter, parameter.default)) {
      throw new LearnError('PARAMETER_INVALID', `The default of ${name} must be ${describeParameter(parameter)}.`, {
        field: `${field}${name}`,
      });
    }
    resolved[name] = parameter.default;
  }
  return resolved;
}
