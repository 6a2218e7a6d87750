// Brings a checkout to where it can run: installs what the lock file names, builds what is older than its sources.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const installedStamp = path.join(root, 'node_modules/.trainyard-installed');
const builtStamp = path.join(root, '.nx/trainyard-built');
const oldest = [20, 19];

/** Runs a command in the checkout; ends this process with its code when it fails. */
export function must(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** A command that a package brings. */
export const bin = (name) => path.join(root, 'node_modules/.bin', name);

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(`Trainyard needs Node >= ${oldest.join('.')}; this is ${process.versions.node}.`);
  process.exit(2);
}

export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const installed = () => existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === lock;
  if (installed()) return;
  alone(() => {
    if (installed()) return;
    console.error('installing packages (once)...');
    must('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
    writeFileSync(installedStamp, lock);
  });
}

/** Two commands that prepare one checkout at once wait for each other; a lock of a process that is gone is none. */
function alone(work) {
  const file = path.join(root, '.preparing');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const holder = Number(existsSync(file) && readFileSync(file, 'utf8'));
      if (holder && !isAlive(holder)) rmSync(file, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  work();
  process.off('exit', release);
  release();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Builds with Nx, which redoes only what changed; when no source is newer than the last build, not even that. */
export function build() {
  alone(buildAlone);
}

function buildAlone() {
  const sources = fingerprint();
  const built = existsSync(builtStamp) && existsSync(path.join(root, 'embedded/dist/main.js'));
  if (built && readFileSync(builtStamp, 'utf8') === sources) return;
  console.error('building...');
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' };
  const args = ['run-many', '-t', 'build', 'compile', '--output-style=stream-without-prefixes'];
  const done = spawnSync(bin('nx'), args, { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (done.status !== 0) {
    console.error(`${done.stdout}${done.stderr}\nthe build failed`);
    process.exit(1);
  }
  mkdirSync(path.dirname(builtStamp), { recursive: true });
  writeFileSync(builtStamp, sources);
}

export function prepare() {
  checkNode();
  install();
  build();
}

/** The compiled tests of the given folders; what a source that is gone left in dist does not count. */
export function testFiles(...folders) {
  return folders.flatMap((folder) =>
    filesUnder(path.join(root, folder), (file) => file.endsWith('.test.js') && existsSync(sourceOf(file))),
  );
}

/** libs/x/dist/a.test.js comes from libs/x/src/a.test.ts. */
function sourceOf(file) {
  return file.replace(`${path.sep}dist${path.sep}`, `${path.sep}src${path.sep}`).replace(/\.js$/, '.ts');
}

/** Changes when any source is touched, added or removed. */
function fingerprint() {
  const folders = ['libs', 'services', 'embedded', 'cli', 'deploy', 'tests'];
  const sources = folders.flatMap((folder) => filesUnder(path.join(root, folder), isSource));
  const files = [...sources, path.join(root, 'tsconfig.base.json'), path.join(root, 'tsconfig.json')];
  const newest = files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
  return `${files.length} files, ${newest}`;
}

/** Not what the build itself writes. */
function isSource(file) {
  const folders = path.dirname(file).split(path.sep);
  return !folders.includes('dist') && !(folders.includes('assembly') && folders.includes('generated'));
}

function filesUnder(folder, keep) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) return [];
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(full, keep);
    return keep(full) ? [full] : [];
  });
}
