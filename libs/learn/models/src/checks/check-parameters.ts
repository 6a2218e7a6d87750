import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { LearnError } from '@trainyard/data';
import { createModel } from '../definition.js';
import { resolveParameters } from '../parameters.js';
import { hasCode, type Subject } from './subject.js';

export function checkParameters({ definition }: Subject): void {
  it('refuses an unknown parameter by its name', () => {
    assert.throws(
      () => createModel(definition, { no_such_parameter: 1 }, definition.tasks[0]!),
      hasCode('PARAMETER_UNKNOWN'),
    );
  });

  it('refuses a task it does not do', () => {
    for (const task of ['binary', 'multiclass', 'regression', 'forecast', 'clustering', 'anomaly'] as const) {
      if (!definition.tasks.includes(task)) {
        assert.throws(() => createModel(definition, {}, task), hasCode('TASK_UNSUPPORTED'));
      }
    }
  });

  for (const [name, parameter] of Object.entries(definition.params)) {
    it(`refuses a wrong ${name}`, () => {
      const wrong: unknown[] = [{}, parameter.type === 'array' ? [{}] : []];
      if (parameter.type !== 'enum' && parameter.type !== 'string') wrong.push('a text');
      if (parameter.type === 'int') wrong.push(1.5);
      if (parameter.type !== 'boolean') wrong.push(true, Number.NaN);
      if (parameter.min !== undefined) wrong.push(parameter.type === 'array' ? [parameter.min - 1] : parameter.min - 1);
      if (parameter.min !== undefined && parameter.exclusiveMin) wrong.push(parameter.min);
      if (parameter.max !== undefined) wrong.push(parameter.type === 'array' ? [parameter.max + 1] : parameter.max + 1);
      if (!parameter.nullable) wrong.push(null);
      for (const value of wrong) {
        assert.throws(
          () => resolveParameters(definition, { [name]: value }),
          (error) => hasCode('PARAMETER_INVALID')(error) && (error as LearnError).where.field === `params.${name}`,
          `${name} = ${JSON.stringify(value)}`,
        );
      }
    });
  }
}
