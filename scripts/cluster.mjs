// npm run test:cluster: builds a Kubernetes control plane (once) and installs the chart on it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildControlPlane } from '../tests/infrastructure/kubernetes/build.mjs';
import { prepare, root } from './prepare.mjs';

prepare();
const { program, reason } = buildControlPlane();
if (!program) {
  console.log(`cluster: SKIPPED, ${reason}`);
  process.exit(0);
}
const done = spawnSync(process.execPath, [path.join(root, 'scripts/run-tests.mjs'), 'cluster'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, CONTROL_PLANE: program },
});
process.exit(done.status ?? 1);
