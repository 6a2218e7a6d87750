import type { Dataset, SupervisedTask, Task } from '@trainyard/data';
import type { FittedMembers } from './ensemble.js';
import type { EnsembleRun } from './ensemble-run.js';
import type { Member } from './member.js';
import { type MemberSpec, memberOf } from './members.js';
import { metaFeatures } from './stack-predictions.js';

/** The name its parameters are addressed by. */
export const FINAL = 'final_estimator';

const DEFAULTS = { binary: 'logistic', multiclass: 'logistic', regression: 'ridge' } as const;

/** The model on top. Throws what `memberOf` throws. */
export function finalSpec(params: Readonly<Record<string, unknown>>, task: Task): MemberSpec {
  const name = (params.final_estimator as string | null) ?? DEFAULTS[task as SupervisedTask];
  return memberOf(params, name, task, 'params.final_estimator', FINAL);
}

/** Fits it on what members said of rows they had not been fitted on; `rows` are those rows. */
export async function fitFinal(
  run: EnsembleRun,
  spec: MemberSpec,
  members: readonly Member[],
  said: readonly Float64Array[],
  rows: Dataset,
  passthrough: boolean,
): Promise<FittedMembers> {
  const names = members.map(({ name }) => name);
  const x = metaFeatures(said, names, rows.y.length, passthrough ? rows.x : undefined);
  // The validation rows are not meta features: the final estimator goes without them.
  const final = await run.fit(spec, { ...rows, x }, { validated: false });
  return { members, combination: { kind: 'meta', final, passthrough } };
}
