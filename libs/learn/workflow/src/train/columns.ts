import { type Column, LearnError, type Table } from '@trainyard/data';
import { didYouMean } from '@trainyard/models';
import type { TrainPlan } from './plan.js';

/** Text columns with fewer distinct values than this are never taken for identifiers. */
const FEWEST_IDENTIFIERS = 50;

/** The column that a field of the request names. Throws COLUMN_NOT_FOUND with near names. */
export function requireColumn(table: Table, name: string, field: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  const names = table.columns.map((candidate) => candidate.name);
  const shown = names.length > 20 ? `${names.slice(0, 20).join(', ')} and ${names.length - 20} more` : names.join(', ');
  throw new LearnError(
    'COLUMN_NOT_FOUND',
    `${field} names the column "${name}", which the data do not have.${didYouMean(name, names)} The columns are ${shown}.`,
    {
      field,
      column: name,
    },
  );
}

function isEmpty(column: Column): boolean {
  return column.kind === 'numeric' ? column.values.every(Number.isNaN) : column.codes.every((code) => code < 0);
}

/** Every value once: a name or an identifier, from which nothing general can be learnt. */
function isIdentifier(column: Column): boolean {
  if (column.kind !== 'categorical' || column.categories.length < FEWEST_IDENTIFIERS) return false;
  let present = 0;
  for (let i = 0; i < column.codes.length; i++) if (column.codes[i]! >= 0) present++;
  return column.categories.length >= present;
}

/**
 * The names of the feature columns: those that the request lists, else all but the target, weight, time, group and
 * excluded ones. Columns without any value, and unlisted text columns that are
 * different in every row, are left out with a warning. Throws COLUMN_NOT_FOUND, NO_FEATURES,
 * PARAMETER_INVALID (a feature that is the target).
 */
export function featureColumns(
  table: Table,
  { request, target, targets = [], sequence }: TrainPlan,
  warnings: string[],
): string[] {
  const { dataset } = request;
  const listed = dataset.features ?? [];
  const excluded = new Set(dataset.exclude ?? []);
  for (const name of excluded) requireColumn(table, name, 'dataset.exclude');
  for (const name of listed) requireColumn(table, name, 'dataset.features');
  // The target of a later row is foretold from earlier ones.
  const foretold = (sequence?.horizon ?? 0) > 0;
  const learnt = target === undefined || targets.length > 0 ? targets : [target];
  const told = foretold ? undefined : learnt.find((name) => listed.includes(name));
  if (told !== undefined) {
    throw new LearnError('PARAMETER_INVALID', `dataset.features lists the target "${told}": leave it out.`, {
      field: 'dataset.features',
      column: told,
    });
  }
  // What a forecast mostly learns from is the past of its target.
  const kept = sequence?.steps === undefined ? learnt : [];
  const roles = new Set([...kept, dataset.weight, dataset.time, dataset.group]);
  const candidates =
    listed.length > 0 ? listed : table.columns.map((column) => column.name).filter((name) => !roles.has(name));
  const features = candidates.filter((name) => {
    if (excluded.has(name)) return false;
    if (isEmpty(requireColumn(table, name, 'dataset.features'))) {
      warnings.push(`"${name}" is missing in every row and is left out.`);
      return false;
    }
    if (listed.length > 0 || !isIdentifier(requireColumn(table, name, 'dataset.features'))) return true;
    warnings.push(
      `"${name}" has another text in every row, like an identifier, and is left out; list it in dataset.features to use it.`,
    );
    return false;
  });
  if (features.length > 0) return features;
  throw new LearnError(
    'NO_FEATURES',
    'No column is left to learn from: list columns in dataset.features, or exclude fewer.',
    {
      field: 'dataset.features',
    },
  );
}

/** The values that order or group rows; text is taken by its code. Throws COLUMN_NOT_FOUND, PARAMETER_INVALID. */
export function keyColumn(
  table: Table,
  name: string | null | undefined,
  role: 'time' | 'group',
): ArrayLike<number> | undefined {
  if (name == null) return undefined;
  const column = requireColumn(table, name, `dataset.${role}`);
  if (column.kind === 'numeric') return column.values;
  if (role === 'group') return column.codes;
  throw new LearnError(
    'PARAMETER_INVALID',
    `dataset.time names "${name}", which is text: give a column of dates or numbers.`,
    {
      field: 'dataset.time',
      column: name,
    },
  );
}

/** Sample weights for all rows of the table. Throws COLUMN_NOT_FOUND, WEIGHT_INVALID. */
export function weightColumn(table: Table, name: string | null | undefined): Float64Array | undefined {
  if (name == null) return undefined;
  const column = requireColumn(table, name, 'dataset.weight');
  const where = { field: 'dataset.weight', column: name };
  if (column.kind !== 'numeric' || column.date) {
    throw new LearnError('WEIGHT_INVALID', `The weight column "${name}" must hold numbers.`, where);
  }
  for (let i = 0; i < column.values.length; i++) {
    const value = column.values[i]!;
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    const shown = Number.isNaN(value) ? 'missing' : value;
    const words = `The weight "${name}" is ${shown} in row ${i + 1}: weights are finite numbers that are not negative.`;
    throw new LearnError('WEIGHT_INVALID', words, { ...where, row: i + 1 });
  }
  return column.values;
}
