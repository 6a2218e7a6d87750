import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { findModel, resolveParameters } from '@trainyard/models';
import { buildRequest } from '../train/request.js';
import { CONFIG_FOLDER, configFiles } from './files.js';

describe('config/', () => {
  it('holds what the parameter schemas say (else: node cli/dist/config/write.js)', () => {
    for (const [path, text] of configFiles()) {
      assert.equal(readFileSync(new URL(path, CONFIG_FOLDER), 'utf8'), text, path);
    }
    const present = readdirSync(new URL('models/', CONFIG_FOLDER)).map((name) => `models/${name}`);
    assert.deepEqual(
      present.filter((path) => !configFiles().has(path)),
      [],
    );
  });

  it('is accepted by --config, and means the defaults', async () => {
    for (const path of configFiles().keys()) {
      const config = [fileURLToPath(new URL(path, CONFIG_FOLDER))];
      const request = await buildRequest({ data: 'x.csv', target: 'y', config, set: [] });
      if (path === 'training.yaml') continue;
      const model = findModel(request.model as string);
      assert.deepEqual(resolveParameters(model, request.params!), resolveParameters(model, {}));
    }
  });
});
