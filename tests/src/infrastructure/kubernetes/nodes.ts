import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { moduleFolder } from './go-modules.js';

/** A node that kwok plays. */
export interface FakeNode {
  readonly name: string;
  readonly gpus?: number;
}

const stages = 'kustomize/stage';
/** How long a pod of a Job runs before it is done. */
const JOB_MS = 5000;

/**
 * How kwok plays nodes and pods: ready at once, and pods of Jobs done after some seconds.
 * @param jobsEnd false when somebody else says that pods of Jobs are done
 */
export async function kwokStages(jobsEnd: boolean): Promise<string> {
  const folder = await moduleFolder('sigs.k8s.io/kwok@v0.8.0');
  const read = async (file: string) => parse(await readFile(join(folder, stages, file), 'utf8'));
  const done = await read('pod/fast/pod-complete.yaml');
  done.spec.delay = { durationMilliseconds: JOB_MS };
  const others = await Promise.all(
    [
      'node/fast/node-initialize.yaml',
      'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
      'pod/fast/pod-ready.yaml',
      'pod/fast/pod-delete.yaml',
    ].map(read),
  );
  return [...others, ...(jobsEnd ? [done] : [])].map((stage) => stringify(stage)).join('---\n');
}

/** Nodes for `kubectl apply`; those with GPUs are labelled and tainted as NVIDIA's operator does it. */
export function nodeManifests(nodes: readonly FakeNode[]): string {
  return nodes.map((node) => stringify(manifest(node))).join('---\n');
}

function manifest({ name, gpus = 0 }: FakeNode): object {
  const gpu = gpus > 0;
  const capacity = { cpu: '16', memory: '128Gi', pods: '110', ...(gpu ? { 'nvidia.com/gpu': String(gpus) } : {}) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(gpu ? { 'nvidia.com/gpu.present': 'true' } : {}),
      },
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
    },
    spec: { taints: gpu ? [{ key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' }] : [] },
    status: { capacity, allocatable: capacity },
  };
}
