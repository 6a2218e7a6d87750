// Programs that are built from Go modules, once: the first time takes minutes, then they lie in .cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const cache = path.resolve(here, '../../.cache');

/**
 * The program, or why there is none.
 * @param {{ folder: string, name: string, main: string, ldflags: readonly string[] }} what `folder` holds its go.mod
 * @returns {{ program: string, reason?: undefined } | { program?: undefined, reason: string }}
 */
export function goProgram({ folder, name, main, ldflags }) {
  const module = path.join(here, folder);
  const hash = createHash('sha256');
  for (const file of readdirSync(module).sort()) hash.update(readFileSync(path.join(module, file)));
  hash.update(ldflags.join(' '));
  const program = path.join(cache, `${name}-${hash.digest('hex').slice(0, 12)}`, name);
  if (existsSync(program)) return { program };
  if (spawnSync('go', ['version']).status !== 0) return { reason: `there is no Go to build ${name} with` };
  console.log(`building ${name} from Go modules (once, about ten minutes of one processor)...`);
  mkdirSync(path.dirname(program), { recursive: true });
  const partial = `${program}.${process.pid}`;
  const args = [
    'go',
    'build',
    '-p',
    '2',
    '-trimpath',
    '-ldflags',
    ['-s -w', ...ldflags].join(' '),
    '-o',
    partial,
    main,
  ];
  const env = { ...process.env, CGO_ENABLED: '0' };
  const done = spawnSync('nice', args, { cwd: module, env, encoding: 'utf8' });
  if (done.status !== 0) return { reason: `${name} could not be built: ${lastLines(done.stderr)}` };
  renameSync(partial, program);
  return { program };
}

const lastLines = (text) => (text ?? '').trim().split('\n').slice(-3).join(' ');

const KUBERNETES = 'v1.36.3';
const version = 'k8s.io/component-base/version';

/** The control plane, kubectl, helm and kwok in one program. */
export function controlPlane() {
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(KUBERNETES);
  const ldflags = [
    `-X ${version}.gitVersion=${KUBERNETES} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`,
    `-X k8s.io/client-go/pkg/version.gitVersion=${KUBERNETES}`,
  ];
  return goProgram({ folder: 'kubernetes', name: 'control-plane', main: '.', ldflags });
}

/** KEDA's operator. */
export const kedaOperator = () =>
  goProgram({ folder: 'keda', name: 'keda-operator', main: 'github.com/kedacore/keda/v2/cmd/operator', ldflags: [] });
