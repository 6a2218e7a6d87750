// Builds the control plane from the modules that go.mod names, once: about ten minutes of one processor, then it lies in .cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const cache = path.resolve(folder, '../../../.cache');
const KUBERNETES = 'v1.36.3';

/** The program, or why there is none. */
export function buildControlPlane() {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(path.join(folder, name)));
  const hash = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 12);
  const program = path.join(cache, `control-plane-${KUBERNETES}-${hash}`, 'control-plane');
  if (existsSync(program)) return { program };
  if (spawnSync('go', ['version']).status !== 0) return { reason: 'there is no Go to build a control plane with' };
  console.log('building a control plane from Go modules (once, about ten minutes of one processor)...');
  mkdirSync(path.dirname(program), { recursive: true });
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES);
  const version = 'k8s.io/component-base/version';
  const flags = [
    '-s -w',
    `-X ${version}.gitVersion=${KUBERNETES} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    `-X k8s.io/client-go/pkg/version.gitVersion=${KUBERNETES}`,
  ];
  const partial = `${program}.${process.pid}`;
  const env = { ...process.env, CGO_ENABLED: '0' };
  const args = ['build', '-p', '2', '-trimpath', '-ldflags', flags.join(' '), '-o', partial, '.'];
  const done = spawnSync('nice', ['go', ...args], { cwd: folder, env, encoding: 'utf8' });
  if (done.status !== 0) return { reason: `the control plane could not be built: ${lastLines(done.stderr)}` };
  renameSync(partial, program);
  return { program };
}

const lastLines = (text) => (text ?? '').trim().split('\n').slice(-3).join(' ');
