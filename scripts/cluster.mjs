// npm run test:cluster: the chart on a Kubernetes control plane. npm run test:keda: GPU pods that KEDA scales by the real queue.
// Both build what they need from Go modules, once; a lane that cannot run says why.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { controlPlane, kedaOperator } from '../tests/infrastructure/go-program.mjs';
import { prepare, root } from './prepare.mjs';

const [lane = 'cluster'] = process.argv.slice(2);
prepare();
const programs = { CONTROL_PLANE: controlPlane(), ...(lane === 'keda' ? { KEDA_OPERATOR: kedaOperator() } : {}) };
const reason = Object.values(programs).find((built) => built.reason)?.reason;
if (reason) {
  console.log(`${lane}: SKIPPED, ${reason}`);
  process.exit(0);
}
const built = Object.fromEntries(Object.entries(programs).map(([name, { program }]) => [name, program]));
const done = spawnSync(process.execPath, [path.join(root, 'scripts/run-tests.mjs'), lane], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...built },
});
process.exit(done.status ?? 1);
