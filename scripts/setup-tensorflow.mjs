// npm run setup:tensorflow [-- --gpu]: TensorFlow's kernels for the neural models, without the download of tfjs-node.
//
// Takes libtensorflow from the Python wheel and compiles the binding of @tensorflow/tfjs-node against it with g++ (a minute, once).
// The result lies in .cache, where @trainyard/models finds it; running it again does nothing. Node versions share it (N-API).
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './prepare.mjs';

const TENSORFLOW = '2.21.0';
const TFJS = '4.22.0';
const NODE_API_HEADERS = '1.5.0';
/** The wheels differ by Python version in nothing that is taken from them. */
const PYTHON = '3.11';
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/**
 * Builds the binding unless it is there.
 *
 * @returns {{ ready: true, folder: string } | { ready: false, reason: string }}
 */
export function setUpTensorFlow({ gpu = false, say = console.error } = {}) {
  const folder = path.join(root, '.cache', `tensorflow-${gpu ? 'gpu-' : ''}${TENSORFLOW}`);
  if (loads(folder)) return { ready: true, folder };
  const missing = missingTool();
  if (missing) return { ready: false, reason: missing };
  say(`setting up TensorFlow ${TENSORFLOW} (once, about a minute)...`);
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    takeLibraries(work, gpu ? 'tensorflow' : wheelName());
    compile(work);
    if (!loads(work)) return { ready: false, reason: 'the binding was built but does not load' };
    chmodSync(work, 0o755);
    keep(work, folder);
    return { ready: true, folder };
  } catch (error) {
    return { ready: false, reason: error.message };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function missingTool() {
  if (process.platform !== 'linux') return `the set-up is for Linux, and this is ${process.platform}`;
  const tools = [
    ['g++', ['--version']],
    ['python3', ['-m', 'pip', '--version']],
    ['tar', ['--version']],
  ];
  const absent = tools.filter(([tool, args]) => spawnSync(tool, args, { stdio: 'ignore' }).status !== 0);
  return absent.length > 0
    ? `it needs ${absent.map(([tool, args]) => [tool, ...args.slice(0, -1)].join(' ')).join(', ')}`
    : undefined;
}

/** The smaller wheel without CUDA exists for x86-64 alone. */
const wheelName = () => (process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow');

function run(what, command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (done.status === 0) return done.stdout;
  const complaint = (done.error?.message ?? done.stderr ?? '').trim().split('\n').slice(-3).join(' ');
  throw new Error(`${what} failed: ${complaint.slice(0, 400)}`);
}

/** Puts the shared libraries under work/lib and the headers under work/include. */
function takeLibraries(work, wheel) {
  const only = ['--no-deps', '--only-binary=:all:', '--python-version', PYTHON];
  const pip = ['-m', 'pip', 'download', '-q', '--disable-pip-version-check', ...only, '-d', work];
  run(`the download of ${wheel} ${TENSORFLOW}`, 'python3', [...pip, `${wheel}==${TENSORFLOW}`]);
  const file = path.join(
    work,
    readdirSync(work).find((name) => name.endsWith('.whl')),
  );
  run('unpacking the wheel', 'python3', ['-c', UNPACK, file, work]);
  rmSync(file);
  // Symbols for debuggers are half of the size.
  for (const library of LIBRARIES) spawnSync('strip', ['--strip-unneeded', path.join(work, 'lib', library)]);
}

const UNPACK = `
import os, sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
libraries = ${JSON.stringify(LIBRARIES.map((name) => `tensorflow/${name}`))}
for name in wheel.namelist():
    if name in libraries: to = 'lib/' + os.path.basename(name)
    elif name.startswith('tensorflow/include/') and name.endswith('.h') and ('/c/' in name or '/platform/' in name): to = name[len('tensorflow/'):]
    else: continue
    path = os.path.join(sys.argv[2], to)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wheel.open(name) as source, open(path, 'wb') as target:
        while block := source.read(1 << 22): target.write(block)
`;

function compile(work) {
  const binding = unpackPackage(work, `@tensorflow/tfjs-node@${TFJS}`);
  const node = unpackPackage(work, `node-api-headers@${NODE_API_HEADERS}`);
  const include = [path.join(node, 'include'), path.join(work, 'include'), path.join(binding, 'binding')];
  run('compiling the binding', process.env.CXX || 'g++', [
    ...['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...include.map((folder) => `-I${folder}`),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => path.join(binding, 'binding', name)),
    ...['-o', path.join(work, 'tfjs_binding.node'), `-L${path.join(work, 'lib')}`],
    ...LIBRARIES.map((library) => `-l:${library}`),
    '-Wl,-rpath,$ORIGIN/lib',
  ]);
  for (const folder of [binding, node, path.join(work, 'include')]) rmSync(folder, { recursive: true });
}

function unpackPackage(work, name) {
  const out = run(`the download of ${name}`, 'npm', ['pack', '--silent', name], { cwd: work })
    .trim()
    .split('\n')
    .at(-1);
  const folder = mkdtempSync(path.join(work, 'package-'));
  run(`unpacking ${name}`, 'tar', ['xzf', path.join(work, out), '-C', folder, '--strip-components=1']);
  rmSync(path.join(work, out));
  return folder;
}

/** Whether the binding there loads, which is tried in a process of its own. */
function loads(folder) {
  const file = path.join(folder, 'tfjs_binding.node');
  if (!existsSync(file)) return false;
  const program = `process.exit(typeof require(${JSON.stringify(file)}).runSavedModel === 'function' ? 0 : 1)`;
  return spawnSync(process.execPath, ['-e', program], { stdio: 'ignore' }).status === 0;
}

/** Two set-ups at once: the first one stays. */
function keep(work, folder) {
  if (existsSync(folder) && !loads(folder)) rmSync(folder, { recursive: true });
  try {
    renameSync(work, folder);
  } catch (error) {
    if (!loads(folder)) throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const done = setUpTensorFlow({ gpu: process.argv.includes('--gpu') });
  console.log(
    done.ready
      ? `TensorFlow ${TENSORFLOW} is set up in ${path.relative(root, done.folder)}`
      : `TensorFlow is not set up: ${done.reason}`,
  );
  process.exit(done.ready ? 0 : 1);
}
