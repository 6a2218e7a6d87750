import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../bin/trainyard.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'trainyard-interchange-'));
const data = join(folder, 'sales.csv');

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** Predicted probabilities of the second class, one a row. */
async function predictions(model: string): Promise<number[]> {
  const { code, stdout, stderr } = await run('predict', '--model', model, '--data', data);
  assert.equal(code, 0, stderr);
  return stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[2]));
}

describe('trainyard export and import', () => {
  let model = '';

  before(async () => {
    const lines = ['size,weight,bought'];
    for (let i = 0; i < 200; i++) {
      const [size, weight] = [Math.sin(i * 12.9898) * 3, Math.cos(i * 7.3)];
      lines.push(`${i % 25 ? size.toFixed(3) : ''},${weight.toFixed(3)},${size + weight > 0 ? 'yes' : 'no'}`);
    }
    writeFileSync(data, `${lines.join('\n')}\n`);
    const args = ['--model', 'lightgbm', '--set', 'params.n_estimators=5', '--out', folder, '--json'];
    const { code, stdout, stderr } = await run('train', '--data', data, '--target', 'bought', ...args);
    assert.equal(code, 0, stderr);
    model = JSON.parse(stdout).artifacts.model;
  });

  for (const format of ['xgboost', 'lightgbm']) {
    it(`takes a model to ${format} and back: the same predictions`, async () => {
      const [file, back] = [join(folder, `model.${format}`), join(folder, `back-${format}`)];
      const exported = await run('export', '--model', model, '--format', format, '--out', file);
      assert.equal(exported.code, 0, exported.stderr);
      assert.match(exported.stderr, /takes the prepared columns size, weight/);
      const imported = await run('import', '--format', format, '--model', file, '--classes', 'no,yes', '--out', back);
      assert.equal(imported.code, 0, imported.stderr);
      const [actual, expected] = [await predictions(back), await predictions(model)];
      assert.equal(actual.length, 200);
      actual.forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]!) < 1e-6, `row ${i}`);
      });
    });
  }

  it('writes ONNX', async () => {
    const file = join(folder, 'model.onnx');
    const { code, stderr } = await run('export', '--model', model, '--format', 'onnx', '--out', file);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /takes the raw columns size, weight/);
    assert.ok(readFileSync(file).includes('TreeEnsembleRegressor'));
  });

  it('says what is wrong, without a stack', async () => {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, '{"learner": {}}');
    const cases: [number, RegExp, string[]][] = [
      [2, /one of onnx, xgboost, lightgbm, not "pmml"/, ['export', '--model', model, '--format', 'pmml', '--out', 'x']],
      [2, /holds no model.trainyard/, ['export', '--model', join(folder, 'none'), '--format', 'onnx', '--out', 'x']],
      [2, /one of xgboost, lightgbm, not "onnx"/, ['import', '--format', 'onnx', '--model', bad, '--out', folder]],
      [3, /FILE_NOT_FOUND/, ['import', '--format', 'xgboost', '--model', join(folder, 'none'), '--out', folder]],
      [3, /ARTIFACT_INVALID.*learner_model_param/, ['import', '--format', 'xgboost', '--model', bad, '--out', folder]],
      [2, /--task must be/, ['import', '--format', 'xgboost', '--model', bad, '--out', folder, '--task', 'ranking']],
    ];
    for (const [expected, message, args] of cases) {
      const { code, stderr } = await run(...args);
      assert.equal(code, expected, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
  });
});
