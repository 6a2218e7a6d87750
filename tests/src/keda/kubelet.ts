import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../chaos/cluster.js';
import { list, type Manifest, NAMESPACE } from '../cluster/release.js';
import type { ControlPlane } from '../infrastructure/kubernetes/control-plane.js';
import type { ServerProcess } from '../infrastructure/server-process.js';

const SELECTOR = 'app.kubernetes.io/component=training-gpu';

/**
 * Does for GPU pods what a node would: starts a real training process for each pod that is scheduled, with the variables
 * that the chart gives the pod, reports its end, and kills it when the pod is deleted.
 */
export class Kubelet {
  /** How many processes were started. */
  started = 0;
  private readonly processes = new Map<string, ServerProcess>();
  private readonly reported = new Set<string>();
  private stopping = false;
  private readonly loop: Promise<void>;

  constructor(
    private readonly plane: ControlPlane,
    private readonly cluster: Cluster,
  ) {
    this.loop = this.run();
  }

  /** Pods whose process runs now. */
  running(): string[] {
    return [...this.processes].filter(([, process]) => process.running).map(([pod]) => pod);
  }

  /** Deletes a pod and ends its process as a node does it: at once, or after asking. */
  async evict(pod: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.plane.kubectl(['delete', 'pod', pod, '-n', NAMESPACE, '--wait=false', '--grace-period=0', '--force']);
    this.reported.add(pod);
    await this.processes.get(pod)?.end(signal);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.loop;
    await Promise.all([...this.processes.values()].map((process) => process.end('SIGKILL')));
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      for (const pod of await list(this.plane, 'pods', '-l', SELECTOR).catch(() => [])) await this.attend(pod);
      await sleep(300);
    }
  }

  private async attend(pod: Manifest): Promise<void> {
    const { name } = pod.metadata;
    const process = this.processes.get(name);
    const { phase } = pod.status as { phase: string };
    if (!process && phase === 'Running' && !this.reported.has(name)) {
      this.started++;
      this.processes.set(name, this.cluster.startWorker(name, variablesOf(pod)));
    } else if (process && !process.running && !this.reported.has(name)) {
      this.reported.add(name);
      await this.report(name, process.endedBy === 0 ? 0 : 1);
    }
  }

  private async report(pod: string, exitCode: number): Promise<void> {
    const ended = { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } };
    const container = { name: 'training-gpu', image: 'training-gpu', imageID: '', ready: false, restartCount: 0 };
    const status = {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ ...container, state: ended }],
    };
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
    await this.plane.kubectl(['patch', 'pod', pod, '-n', NAMESPACE, ...patch]).catch(() => undefined);
  }
}

/** The variables that the pod's own manifest sets; addresses and secrets are the cluster's. */
function variablesOf(pod: Manifest): NodeJS.ProcessEnv {
  const { env } = pod.spec.containers[0] as { env: { name: string; value?: string }[] };
  return Object.fromEntries(env.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value]));
}
