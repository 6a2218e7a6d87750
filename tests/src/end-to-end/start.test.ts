import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { Client, expectProblem } from './client.js';
import { type StartedPlatform, startPlatform } from './platform.js';

describe('npm start', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-keys-'));
  let platform: StartedPlatform | undefined;
  after(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true });
  });

  it('trains, deploys and asks the bundled example, also where calls want a key', async () => {
    const keys = join(folder, 'keys');
    writeFileSync(keys, '# people\nsesame\n');
    platform = await startPlatform({ API_KEYS_FILE: keys }, []);
    for (const deadline = Date.now() + 90_000; !/The example (took|did not)/.test(platform.output()); ) {
      assert.ok(Date.now() < deadline, platform.output());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.match(
      platform.output(),
      /The registry is empty.*roc_auc 0\.6\d+.*asked it about 2 flights.*The example took/s,
    );
    const client = new Client(platform.address);
    expectProblem(await client.get('/api/v1/models/'), 401, 'API_KEY_REQUIRED');
    const { models } = await client.must('GET', '/api/v1/models/', undefined, { authorization: 'Bearer sesame' });
    assert.deepEqual([models.length, models[0].name, models[0].stage], [1, 'late-arrivals', 'Production']);
  });
});
