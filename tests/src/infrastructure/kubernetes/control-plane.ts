import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, ServerProcess } from '../server-process.js';
import { type FakeNode, kwokStages, nodeManifests } from './nodes.js';

const run = promisify(execFile);

/** A real control plane on loopback, whose nodes are played by kwok: pods are scheduled and get a status, no container runs. */
export class ControlPlane {
  readonly environment: NodeJS.ProcessEnv;
  private readonly servers: ServerProcess[] = [];

  private constructor(
    private readonly program: string,
    readonly folder: string,
  ) {
    this.environment = {
      ...process.env,
      KUBECONFIG: join(folder, 'kubeconfig'),
      HELM_CACHE_HOME: join(folder, 'helm/cache'),
      HELM_CONFIG_HOME: join(folder, 'helm/config'),
      HELM_DATA_HOME: join(folder, 'helm/data'),
    };
  }

  /**
   * @param program what `npm run test:cluster` built
   * @param jobsEnd whether pods of Jobs are done by themselves after some seconds
   */
  static async start(program: string, nodes: readonly FakeNode[], jobsEnd = true): Promise<ControlPlane> {
    const plane = new ControlPlane(program, await mkdtemp(join(tmpdir(), 'trainyard-cluster-')));
    try {
      await plane.startServers(jobsEnd);
      await plane.kubectl(['apply', '-f', '-'], nodeManifests(nodes));
      await plane.kubectl(['wait', '--for=condition=Ready', 'node', '--all', '--timeout=60s']);
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** What kubectl printed. @throws with what it complained of */
  kubectl(args: readonly string[], input?: string): Promise<string> {
    return this.call('kubectl', args, input);
  }

  /** What helm printed. @throws with what it complained of */
  helm(args: readonly string[]): Promise<string> {
    return this.call('helm', args);
  }

  /** Ends all servers and removes their files. */
  async stop(): Promise<void> {
    for (const server of [...this.servers].reverse()) await server.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  private async call(part: string, args: readonly string[], input?: string): Promise<string> {
    const options = { env: this.environment, maxBuffer: 64 * 2 ** 20 };
    const running = run(join(this.folder, 'bin', part), [...args], options);
    running.child.stdin?.end(input ?? '');
    const { stdout } = await running;
    return stdout;
  }

  private async startServers(jobsEnd: boolean): Promise<void> {
    const { folder } = this;
    await mkdir(join(folder, 'bin'));
    const parts = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'kubectl', 'helm'];
    for (const part of parts) await symlink(this.program, join(folder, 'bin', part));
    const [etcd, peer, port, kwok] = (await Promise.all(Array.from({ length: 4 }, freePort))) as [
      number,
      number,
      number,
      number,
    ];
    await this.writeIdentity(port);
    this.serve('etcd', etcdArguments(folder, etcd, peer));
    const api = this.serve('kube-apiserver', apiServerArguments(folder, etcd, port));
    await api.waitUntil(
      () =>
        this.kubectl(['get', '--raw', '/readyz']).then(
          () => true,
          () => false,
        ),
      120_000,
    );
    const config = `--kubeconfig=${join(folder, 'kubeconfig')}`;
    const one = ['--leader-elect=false', '--secure-port=0'];
    this.serve('kube-controller-manager', [
      config,
      ...one,
      `--service-account-private-key-file=${join(folder, 'sa.key')}`,
      '--use-service-account-credentials=true',
      '--concurrent-job-syncs=2',
    ]);
    this.serve('kube-scheduler', [config, ...one]);
    await writeFile(join(folder, 'stages.yaml'), await kwokStages(jobsEnd));
    this.serve('kwok', [
      `--config=${join(folder, 'stages.yaml')}`,
      config,
      '--manage-all-nodes=true',
      '--node-lease-duration-seconds=40',
      `--server-address=127.0.0.1:${kwok}`,
    ]);
  }

  private serve(part: string, args: readonly string[]): ServerProcess {
    const server = new ServerProcess(join(this.folder, 'bin', part), args, join(this.folder, `${part}.log`));
    this.servers.push(server);
    return server;
  }

  /** An administrator's token, and the keys that tokens of service accounts are signed with. */
  private async writeIdentity(port: number): Promise<void> {
    const token = randomBytes(16).toString('hex');
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'admin', user: { token } }],
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin', namespace: 'default' } }],
      'current-context': 'test',
    };
    const secret = { mode: 0o600 };
    await writeFile(join(this.folder, 'kubeconfig'), JSON.stringify(config), secret);
    await writeFile(join(this.folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, secret);
    await writeFile(join(this.folder, 'sa.key'), privateKey, secret);
    await writeFile(join(this.folder, 'sa.pub'), publicKey);
  }
}

function etcdArguments(folder: string, port: number, peer: number): string[] {
  const url = (at: number) => `http://127.0.0.1:${at}`;
  return [
    '--name=test',
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${url(port)}`,
    `--advertise-client-urls=${url(port)}`,
    `--listen-peer-urls=${url(peer)}`,
    `--initial-advertise-peer-urls=${url(peer)}`,
    `--initial-cluster=test=${url(peer)}`,
  ];
}

function apiServerArguments(folder: string, etcd: number, port: number): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    `--cert-dir=${join(folder, 'pki')}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
  ];
}
