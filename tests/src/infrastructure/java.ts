import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, serversFolder } from './paths.js';

const run = promisify(execFile);
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const REQUIRED_JAVA = 17;

/** Why no Java server can be started here, or undefined when one can. */
export async function whyNoJava(): Promise<string | undefined> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    const version = Number(/version "(\d+)/.exec(stderr + stdout)?.[1]);
    if (version >= REQUIRED_JAVA) return undefined;
    return `Java ${version} is too old: install a JDK of version ${REQUIRED_JAVA} or later`;
  } catch {
    return `there is no Java: install a JDK of version ${REQUIRED_JAVA} or later, and Maven`;
  }
}

/**
 * The folder with the jars that `tests/infrastructure/<server>/pom.xml` names, downloaded by Maven the first time.
 * @param folder its name in the cache: put the version into it
 */
export async function jarsOf(server: string, folder: string): Promise<string> {
  const target = join(cacheFolder, folder);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  const options = ['-q', '-B', '-f', join(serversFolder, server, 'pom.xml'), COPY];
  try {
    await run('mvn', [...options, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`], { timeout: 300_000 });
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code, stdout, message } = error as Error & { code?: unknown; stdout?: string };
    if (code === 'ENOENT') throw new Error(`Maven is missing: install it to download ${server}.`);
    throw new Error(`Maven could not download ${server}: ${(stdout ?? message).split('\n').slice(0, 3).join(' ')}`);
  }
  // Two test runs may have downloaded at the same time: the first one wins.
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  return target;
}
