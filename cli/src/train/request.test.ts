import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { UsageError } from '../failure.js';
import { buildRequest, parseSetting } from './request.js';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-cli-'));

function config(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('buildRequest', () => {
  it('lets settings win over options, and options over files, field by field', async () => {
    const first = config(
      'a.yaml',
      'model: logistic\nseed: 1\nparams: {C: 1, tol: 0.1}\ndataset: {target: y, exclude: [id]}\n',
    );
    const second = config('b.yaml', 'params: {C: 2}\n');
    const request = await buildRequest({
      data: 'x.csv',
      config: [first, second],
      seed: 3,
      set: ['params.tol=0.01', 'validation.strategy=kfold'],
    });
    assert.deepEqual(request, {
      model: 'logistic',
      seed: 3,
      params: { C: 2, tol: 0.01 },
      dataset: { uri: 'x.csv', target: 'y', exclude: ['id'] },
      validation: { strategy: 'kfold' },
    });
  });

  it('reads the value of a setting as YAML', () => {
    assert.deepEqual(parseSetting('params.max_depth=6'), { params: { max_depth: 6 } });
    assert.deepEqual(parseSetting('dataset.features=[a, b]'), { dataset: { features: ['a', 'b'] } });
    assert.deepEqual(parseSetting('name=a=b'), { name: 'a=b' });
    assert.deepEqual(parseSetting('earlyStopping=null'), { earlyStopping: null });
  });

  const wrong: [string, RegExp][] = [
    ['params', /must be written as field=value/],
    ['=5', /must be written as field=value/],
    ['max_depth=5', /A model's own parameter is written params.max_depth/],
    ['validation.test_size=0.1', /no field "validation.test_size". Did you mean "testSize"/],
    ['validation=5', /must have fields below it/],
  ];
  for (const [setting, message] of wrong) {
    it(`refuses --set ${setting}`, () => {
      assert.throws(
        () => parseSetting(setting),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
  }

  it('refuses files that cannot be read, are no YAML, or hold unknown fields', async () => {
    const given = (path: string) => buildRequest({ data: 'x', target: 'y', config: [path], set: [] });
    await assert.rejects(given(join(folder, 'none.yaml')), /cannot be read \(ENOENT\)/);
    await assert.rejects(given(config('bad.yaml', 'a: [1,')), /is not YAML/);
    await assert.rejects(given(config('list.yaml', '- a\n')), /must hold fields/);
    await assert.rejects(given(config('typo.yaml', 'modle: x\n')), /no field "modle". Did you mean "model"/);
  });

  it('asks for the data and the target', async () => {
    await assert.rejects(buildRequest({ target: 'y', config: [], set: [] }), /--data FILE/);
    await assert.rejects(buildRequest({ data: 'x', config: [], set: [] }), /--target COLUMN/);
  });
});
