// npm test [-- lane ...]: prepares the checkout, starts the servers this machine can run, and runs every lane on them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';
import { setUpTensorFlow } from './setup-tensorflow.mjs';

prepare();
const tensorflow = setUpTensorFlow();
if (!tensorflow.ready) console.error(`TensorFlow is not set up, so its tests are skipped: ${tensorflow.reason}`);
const lanes = process.argv.slice(2);
const inRoot = (file) => path.join(root, file);
const command = [process.execPath, inRoot('scripts/run-tests.mjs'), ...lanes];
const done = spawnSync(process.execPath, [inRoot('tests/dist/infrastructure/main.js'), '--', ...command], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(done.status ?? 1);
