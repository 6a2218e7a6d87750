import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { releases } from '@trainyard/deploy';
import { stringify } from 'yaml';
import { Cluster } from '../chaos/cluster.js';
import { eventually } from '../chaos/eventually.js';
import { longJob } from '../chaos/gateway-client.js';
import { assertCompletedOnce, assertNoDeadLetters } from '../chaos/once.js';
import { chart, list, NAMESPACE, RELEASE, valuesFile } from '../cluster/release.js';
import { whyNoJava } from '../infrastructure/java.js';
import { ControlPlane } from '../infrastructure/kubernetes/control-plane.js';
import { customResources } from '../infrastructure/kubernetes/go-modules.js';
import type { ServerProcess } from '../infrastructure/server-process.js';
import { Kubelet } from './kubelet.js';
import { startOperator } from './operator.js';

const { CONTROL_PLANE, KEDA_OPERATOR } = process.env;
const missing = CONTROL_PLANE && KEDA_OPERATOR ? undefined : 'needs KEDA: npm run test:keda builds it';
const skip = missing ?? (await whyNoJava()) ?? false;
const gpuJob = { ...longJob, resources: { pool: 'gpu' } };

describe('GPU pods, scaled by KEDA on the real queue of real services', { skip, timeout: 800_000 }, () => {
  let plane: ControlPlane;
  let cluster: Cluster;
  let operator: ServerProcess;
  let kubelet: Kubelet;
  before(async () => {
    cluster = await Cluster.start({ TRAINING_SLOTS: 'cpu=1', LEASE_SECONDS: '5' });
    plane = await ControlPlane.start(CONTROL_PLANE as string, [{ name: 'cpu-0' }, { name: 'gpu-0', gpus: 4 }], false);
    await plane.kubectl(['apply', '--server-side', '-f', '-'], await customResources());
    await plane.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    operator = await startOperator(KEDA_OPERATOR as string, plane);
    await install(plane, cluster);
    kubelet = new Kubelet(plane, cluster);
  });
  after(async () => {
    await kubelet?.stop();
    await operator?.end('SIGTERM');
    await plane?.stop();
    if (cluster) await assertNoDeadLetters(cluster).finally(() => cluster.stop());
  });

  const jobs = () => list(plane, 'jobs');
  const active = async () => (await jobs()).filter(({ status }) => (status as { active?: number }).active).length;

  test('3 waiting jobs get 3 pods within 10 s, none extra, and in the end there are none', async () => {
    assert.equal((await jobs()).length, 0);
    const names = ['a', 'b', 'c'].map((letter) => `three-${letter}`);
    const asked = performance.now();
    await Promise.all(names.map((name) => cluster.gateway.train(name, gpuJob)));
    await eventually('there are three pods', async () => (await jobs()).length === 3);
    const seconds = (performance.now() - asked) / 1000;
    console.log(`from 0 to 3 pods in ${seconds.toFixed(1)} s`);
    assert.ok(seconds < 10, `${seconds} s`);
    for (const name of names) await assertCompletedOnce(cluster, name);
    await eventually('no pod is left', async () => (await active()) === 0);
    // Long enough for two more looks at the queue.
    await sleep(11_000);
    assert.equal((await jobs()).length, 3);
    assert.equal(kubelet.started, 3);
  });

  test('pods that are deleted at random lose no job, and none is done twice', async () => {
    const names = ['a', 'b', 'c', 'd'].map((letter) => `evicted-${letter}`);
    const request = { ...gpuJob, params: { ...gpuJob.params, n_estimators: 3000 } };
    await Promise.all(names.map((name) => cluster.gateway.train(name, request)));
    const random = seeded(7);
    const evicted: string[] = [];
    for (const end = Date.now() + 90_000; evicted.length < 4 && Date.now() < end; ) {
      await sleep(1000 + random() * 1500);
      const pods = kubelet.running();
      const pod = pods[Math.floor(random() * pods.length)];
      if (!pod) continue;
      const signal = random() < 0.5 ? 'SIGTERM' : 'SIGKILL';
      await kubelet.evict(pod, signal);
      evicted.push(`${pod} by ${signal}`);
    }
    assert.equal(evicted.length, 4, evicted.join());
    // Four trainings and their evaluations on a small machine take their time.
    for (const name of names) await cluster.gateway.end(name, 240_000);
    for (const name of names) await assertCompletedOnce(cluster, name);
    await eventually('no pod is left', async () => (await active()) === 0);
    console.log(`completed after ${evicted.join(', ')}; ${kubelet.started - 3} pods for ${names.length} jobs`);
  });
});

/** The chart with its GPU profile. KEDA is no pod here and finds no Service: it is given the address of the real service. */
async function install(plane: ControlPlane, cluster: Cluster): Promise<void> {
  const secret = (name: string, stringData: object) =>
    stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData });
  // KEDA reads every Secret that the pods name, and starts none while one is missing.
  const secrets = [
    secret('trainyard-api-keys', { 'scaler-key': 'not-asked-for-on-loopback' }),
    secret('trainyard-mongodb', { uri: 'the processes have their own' }),
  ];
  await plane.kubectl(['create', 'namespace', NAMESPACE]);
  await plane.kubectl(['apply', '-n', NAMESPACE, '-f', '-'], secrets.join('---\n'));
  const values = await valuesFile(plane, 'gpu', releases.gpu ?? {});
  await plane.helm(['install', RELEASE, chart, '-n', NAMESPACE, '-f', values]);
  const url = `http://127.0.0.1:${cluster.portOf('training')}/api/v1/queues/gpu`;
  const patch = JSON.stringify([{ op: 'replace', path: '/spec/triggers/0/metadata/url', value: url }]);
  await plane.kubectl(['patch', 'scaledjob', `${RELEASE}-training-gpu`, '-n', NAMESPACE, '--type=json', '-p', patch]);
}

/** Park and Miller's generator: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
