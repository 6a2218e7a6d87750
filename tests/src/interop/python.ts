import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder } from '../infrastructure/paths.js';

const run = promisify(execFile);
const scripts = fileURLToPath(new URL('../../src/interop/', import.meta.url));
const INSTALL_TIMEOUT = 300_000;

/** The Python programs that stand for other people's services. */
export interface PythonPeers {
  /** Runs a script of their folder; resolves to its standard output, rejects with what it complained about. */
  run(script: string, args: readonly string[], input?: string, env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Which packages the peers need: those of `file`, and what these depend on unless the file names every package. */
export interface Requirements {
  /** Where the file and the scripts lie; this folder unless it says otherwise. */
  readonly folder?: string;
  readonly file: string;
  readonly namesAll?: boolean;
}

/**
 * A virtual environment with the packages of a requirements file of this folder, made in .cache the first time.
 *
 * @returns the peers, or why there are none on this machine
 */
export async function pythonPeers(
  requirements: Requirements = { file: 'requirements.txt' },
): Promise<PythonPeers | { readonly reason: string }> {
  const { folder: home = scripts, file } = requirements;
  const content = await readFile(join(home, file));
  const version = createHash('sha256').update(content).digest('hex').slice(0, 8);
  const folder = join(cacheFolder, `interop-venv-${version}`);
  if (!existsSync(folder)) {
    const reason = await install(folder, requirements);
    if (reason) return { reason };
  }
  const python = join(folder, 'bin', 'python');
  return { run: (script, args, input = '', env = {}) => runScript(python, join(home, script), args, input, env) };
}

async function install(
  folder: string,
  { folder: home = scripts, file, namesAll }: Requirements,
): Promise<string | undefined> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(cacheFolder, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', partial]);
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...(namesAll ? ['--no-deps'] : [])];
    await run(join(partial, 'bin', 'python'), [...pip, '-r', join(home, file)], { timeout: INSTALL_TIMEOUT });
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code, stderr, message } = error as Error & { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'there is no python3: install Python 3.9 or later with venv and pip';
    return `Python's packages could not be installed: ${(stderr || message).trim().split('\n').slice(-1)}`;
  }
  // Two test runs may have installed at the same time: the first one wins.
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
  return undefined;
}

function runScript(
  python: string,
  script: string,
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(python, [script, ...args], { env: { ...process.env, ...env } });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(`${script} ended with ${code}: ${Buffer.concat(complaints)}`));
    });
  });
}
