import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { closestNames, defineModel, didYouMean, findModel, linear, listModels, registerModel } from './index.js';

describe('model registry', () => {
  it('finds each listed model by its name', () => {
    for (const definition of listModels()) assert.equal(findModel(definition.name), definition);
    assert.ok(listModels().some(({ name }) => name === 'logistic'));
  });

  it('lists near names when there is no such model', () => {
    assert.throws(
      () => findModel('logistc'),
      (error) => error instanceof LearnError && error.code === 'MODEL_UNKNOWN' && /"logistic"/.test(error.message),
    );
  });

  it('takes a plug-in once, and refuses another of the same name', () => {
    const mine = { ...linear, name: 'my_linear' };
    registerModel(mine);
    registerModel(mine);
    assert.equal(findModel('my_linear'), mine);
    assert.throws(() => registerModel({ ...mine }), /registered already/);
  });

  it('refuses a definition whose default or space breaks its schema', () => {
    const broken = { alpha: { type: 'float', default: -1, min: 0, description: '' } } as const;
    assert.throws(() => defineModel({ ...linear, params: broken }), /default breaks its own schema/);
    const space = { beta: { type: 'float', low: 0, high: 1 } } as const;
    assert.throws(() => defineModel({ ...linear, space }), /unknown parameter beta/);
  });
});

describe('closestNames', () => {
  it('finds typing mistakes, other cases and parts', () => {
    assert.deepEqual(closestNames('Depature Delay', ['departure_delay', 'distance']), ['departure_delay']);
    assert.deepEqual(closestNames('delay', ['arrival_delay', 'origin']), ['arrival_delay']);
    assert.deepEqual(closestNames('xyz', ['arrival_delay', 'ab', 'q']), []);
    assert.equal(didYouMean('ab', ['ba', 'ac']), ' Did you mean "ac" or "ba"?');
  });
});
