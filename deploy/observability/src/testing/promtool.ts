import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Why rules cannot be tested here; false when they can. */
export function whyNoPromtool(): string | false {
  const found = spawnSync('promtool', ['--version']).status === 0;
  return found ? false : 'there is no promtool: install the package prometheus (apt-get install prometheus)';
}

/**
 * Runs promtool beside the given files.
 * @throws an error with what promtool printed, when it finds fault
 */
export async function promtool(args: readonly string[], files: Readonly<Record<string, string>>): Promise<string> {
  const cwd = await mkdtemp(path.join(tmpdir(), 'promtool-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(cwd, name), text);
    const { stdout } = await promisify(execFile)('promtool', [...args], { cwd, maxBuffer: 16 << 20 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`promtool ${args.join(' ')}: ${stderr}${stdout}`.slice(0, 4000));
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
