import { LearnError } from '@trainyard/data';
import { type Dimension, type ParameterOwner, resolveParameters, type SearchSpace } from '@trainyard/models';

/** A dimension as requests carry it: fields that do not apply may be null. */
export interface DimensionInput {
  readonly type: string;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly log?: boolean | null;
  readonly step?: number | null;
  readonly choices?: readonly (string | number | boolean | null)[] | null;
}

function wrong(field: string, what: string): LearnError {
  return new LearnError('PARAMETER_INVALID', `${field} ${what}`, { field });
}

function checkDimension(input: DimensionInput, field: string): Dimension {
  if (input.type === 'categorical') {
    if (!Array.isArray(input.choices) || input.choices.length === 0)
      throw wrong(field, 'needs choices: a list of one value or more.');
    return { type: 'categorical', choices: input.choices };
  }
  if (input.type !== 'int' && input.type !== 'float') {
    throw wrong(field, `has the type "${input.type}", but must be int, float or categorical.`);
  }
  const { low, high, log, step } = input;
  if (typeof low !== 'number' || typeof high !== 'number' || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw wrong(field, 'needs the numbers low and high.');
  }
  if (low > high) throw wrong(field, `has low ${low} above high ${high}.`);
  if (log && low <= 0) throw wrong(field, `has log: true, which needs low above 0, not ${low}.`);
  if (input.type === 'float') {
    if (step != null) throw wrong(field, 'has a step, which only int dimensions take.');
    return { type: 'float', low, high, ...(log ? { log } : {}) };
  }
  if (!Number.isInteger(low) || !Number.isInteger(high))
    throw wrong(field, 'is int: low and high must be whole numbers.');
  if (step != null && (!Number.isInteger(step) || step < 1 || log)) {
    throw wrong(
      field,
      log ? 'has both log and step: give one of them.' : `has the step ${step}, but must have a whole number >= 1.`,
    );
  }
  return { type: 'int', low, high, ...(log ? { log } : {}), ...(step == null ? {} : { step }) };
}

/** Values whose validity proves that of the whole dimension. */
function extremes(dimension: Dimension): readonly unknown[] {
  return dimension.type === 'categorical' ? dimension.choices : [dimension.low, dimension.high];
}

/**
 * Checks a search space against the parameters it searches and returns it with canonical names. Throws PARAMETER_UNKNOWN
 * or PARAMETER_INVALID with the field, such as `search.space.max_depth`.
 */
export function checkSpace(
  space: Readonly<Record<string, DimensionInput>>,
  owner: ParameterOwner,
  field = 'search.space',
): SearchSpace {
  const checked: Record<string, Dimension> = {};
  for (const [spelling, input] of Object.entries(space)) {
    const dimension = checkDimension(input, `${field}.${spelling}`);
    let name = spelling;
    for (const value of extremes(dimension)) {
      const resolved = resolveParameters(owner, { [spelling]: value }, `${field}.`);
      name = Object.keys(resolved)[0]!;
    }
    if (name in checked)
      throw wrong(`${field}.${spelling}`, `is another name of ${name}, which the space holds already.`);
    checked[name] = dimension;
  }
  return checked;
}
