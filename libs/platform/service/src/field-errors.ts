import type { ZodError } from 'zod';

/** What is wrong with one field of a request. */
export interface FieldError {
  /** Its path, such as `dataset.target`; `body` for the whole. */
  readonly field: string;
  readonly message: string;
}

type Issue = ZodError['issues'][number];

/** The issues of a failed validation as sentences that name the field and what it must be. */
export function fieldErrors({ issues }: Pick<ZodError, 'issues'>): FieldError[] {
  return issues.flatMap((issue) => describe(issue, []));
}

function describe(issue: Issue, within: readonly PropertyKey[]): FieldError[] {
  const path = [...within, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: fieldOf([...path, key]), message: 'there is no such field' }));
  }
  const field = fieldOf(path);
  if (issue.code === 'invalid_union') {
    // A branch that fails only further in has the kind of value that was given: the others are not what was meant.
    const meant = issue.errors.find((branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0));
    if (meant) return meant.flatMap((each) => describe(each, path));
    const kinds = [...new Set(kindsOf(issue))];
    if (kinds.length > 0) return [{ field, message: mustBe(kinds.join(' or '), received(issue)) }];
  }
  if (issue.code === 'invalid_type') return [{ field, message: mustBe(issue.expected, received(issue)) }];
  return [{ field, message: issue.message }];
}

function kindsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_type') return [issue.expected];
  return issue.code === 'invalid_union' ? issue.errors.flatMap((branch) => branch.flatMap(kindsOf)) : [];
}

/** What kind of value was given, as the validator's own words end with it. */
function received(issue: Issue): string | undefined {
  if (issue.code === 'invalid_union') {
    return issue.errors.flatMap((branch) => branch.map(received)).find((kind) => kind !== undefined);
  }
  return /received (\w+)$/.exec(issue.message)?.[1];
}

function mustBe(kinds: string, given: string | undefined): string {
  if (given === 'undefined') return `is missing; it must be of type ${kinds}`;
  return `must be of type ${kinds}${given ? `, not ${given}` : ''}`;
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.') || 'body';
}
