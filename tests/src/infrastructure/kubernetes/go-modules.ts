import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder with a module's sources; Go downloads them the first time. @param module `path@version` */
export async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: '/' });
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}

/** The custom resources of KEDA and of the Prometheus operator that the chart uses, for `kubectl apply`. */
export async function customResources(): Promise<string> {
  const [keda, prometheus] = await Promise.all([
    moduleFolder('github.com/kedacore/keda/v2@v2.21.0'),
    moduleFolder('github.com/prometheus-operator/prometheus-operator@v0.85.0'),
  ]);
  const bases = join(keda, 'config/crd/bases');
  const monitoring = join(prometheus, 'example/prometheus-operator-crd');
  const files = [
    ...(await readdir(bases)).map((file) => join(bases, file)),
    ...['servicemonitors', 'podmonitors', 'prometheusrules'].map((kind) =>
      join(monitoring, `monitoring.coreos.com_${kind}.yaml`),
    ),
  ];
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n---\n');
}
