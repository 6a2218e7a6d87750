import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { releases, renderChart } from '@trainyard/deploy';
import { stringify } from 'yaml';
import { eventually } from '../chaos/eventually.js';
import { ControlPlane } from '../infrastructure/kubernetes/control-plane.js';
import { customResources } from '../infrastructure/kubernetes/go-modules.js';
import { chart, list, type Manifest, manifestsOf, NAMESPACE, RELEASE, template, valuesFile } from './release.js';

const program = process.env.CONTROL_PLANE ?? '';
const skip = program ? false : 'needs a control plane: npm run test:cluster builds one';

describe('the chart on a Kubernetes control plane', { skip, timeout: 600_000 }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start(program, [
      { name: 'cpu-0' },
      { name: 'gpu-0', gpus: 2 },
      { name: 'gpu-1', gpus: 2 },
    ]);
    await plane.kubectl(['apply', '--server-side', '-f', '-'], await customResources());
    await plane.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: restricted } };
    await plane.kubectl(['apply', '-f', '-'], stringify(namespace));
  });
  after(() => plane?.stop());

  const helm = (...args: readonly string[]) => plane.helm([...args, '-n', NAMESPACE]);
  const apply = (yaml: string) =>
    plane.kubectl(['apply', '-n', NAMESPACE, '--dry-run=server', '--validate=strict', '-f', '-'], yaml);

  test('passes helm lint --strict with each set of values', async () => {
    for (const [name, values] of Object.entries(releases)) {
      const said = await plane.helm(['lint', '--strict', chart, '-f', await valuesFile(plane, name, values)]);
      assert.match(said, /1 chart\(s\) linted, 0 chart\(s\) failed/);
    }
  });

  test('renders to what the typed sources say, with each set of values', async () => {
    const byName = (manifests: readonly object[]) =>
      Object.fromEntries((manifests as Manifest[]).map((each) => [`${each.kind}/${each.metadata.name}`, each]));
    for (const [name, values] of Object.entries(releases)) {
      const rendered = manifestsOf(await template(plane, name, values));
      assert.deepEqual(byName(rendered), byName(renderChart(values, RELEASE, NAMESPACE)), name);
    }
  });

  test('is accepted by the API server under strict validation, with each set of values', async () => {
    for (const [name, values] of Object.entries(releases)) {
      const accepted = (await apply(await template(plane, name, values))).trim().split('\n');
      assert.equal(accepted.length, renderChart(values).length);
    }
  });

  test('would be refused with a misspelt field or a number as text', async () => {
    const yaml = await template(plane, 'small', releases.small ?? {});
    await assert.rejects(apply(yaml.replace('replicas: 1', 'replica: 1')), /unknown field "spec.replica"/);
    await assert.rejects(apply(yaml.replace('replicas: 1', 'replicas: "one"')), /replicas/);
  });

  test('refuses wrong values with the name of the key', async () => {
    const file = await valuesFile(plane, 'production', releases.production ?? {});
    const given = (...set: readonly string[]) => plane.helm(['template', RELEASE, chart, '-f', file, ...set]);
    await assert.rejects(given('--set', 'gateway.replicas=-1'), /gateway\/replicas/);
    await assert.rejects(given('--set-string', 'gateway.replicas=two'), /gateway\/replicas/);
    await assert.rejects(given('--set', 'gateway.replica=1'), /additional properties 'replica' not allowed/);
    await assert.rejects(given('--set', 'kafka.brokers='), /kafka\/brokers/);
  });

  test('installs with --wait in a namespace that enforces the profile `restricted`', async () => {
    const file = await valuesFile(plane, 'install', { ...releases.production, gpu: { enabled: true } });
    const started = performance.now();
    await helm('install', RELEASE, chart, '-f', file, '--wait', '--timeout', '120s');
    console.log(`installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    const pods = await list(plane, 'pods');
    assert.ok(pods.length >= 8, `${pods.length} pods`);
    const containers = [{ name: 'a', image: 'a' }];
    const asRoot = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'as-root' }, spec: { containers } };
    await assert.rejects(apply(stringify(asRoot)), /violates PodSecurity "restricted/);
  });

  test('gives its accounts no rights: they cannot read secrets, list pods or start jobs', async () => {
    const accounts = (await list(plane, 'serviceaccounts', '-l', `app.kubernetes.io/instance=${RELEASE}`)).map(
      ({ metadata }) => metadata.name,
    );
    assert.equal(accounts.length, 7);
    for (const account of accounts) {
      const as = `--as=system:serviceaccount:${NAMESPACE}:${account}`;
      for (const [verb, what] of [
        ['get', 'secrets'],
        ['list', 'pods'],
        ['create', 'jobs'],
        ['get', 'configmaps'],
      ] as const) {
        const refused = plane.kubectl(['auth', 'can-i', verb, what, as, '-n', NAMESPACE]);
        await assert.rejects(refused, ({ stdout }: { stdout: string }) => stdout.trim() === 'no');
      }
    }
    assert.equal((await plane.kubectl(['auth', 'can-i', 'list', 'pods', '-n', NAMESPACE])).trim(), 'yes');
  });

  test('is upgraded by a newer chart with other values, and rolled back', async () => {
    const newer = join(plane.folder, 'newer');
    await cp(chart, newer, { recursive: true });
    const about = await readFile(join(newer, 'Chart.yaml'), 'utf8');
    await writeFile(join(newer, 'Chart.yaml'), about.replace(/^version: .*$/m, 'version: 99.0.0'));
    const evaluator = async () =>
      (await list(plane, 'deployments')).find(({ metadata }) => metadata.name === `${RELEASE}-evaluator`)?.spec;
    const file = join(plane.folder, 'install.yaml');
    const changed = ['--set', 'evaluator.replicas=3', '--set', 'config.LOG_LEVEL=debug'];
    await helm('upgrade', RELEASE, newer, '-f', file, ...changed, '--wait', '--timeout', '120s');
    const upgraded = await evaluator();
    assert.equal(upgraded.replicas, 3);
    await helm('rollback', RELEASE, '1', '--wait', '--timeout', '120s');
    const back = await evaluator();
    assert.equal(back.replicas, 2);
    const checksum = ({ template }: Manifest['spec']) => template.metadata.annotations['checksum/config'];
    assert.notEqual(checksum(upgraded), checksum(back));
    const history = JSON.parse(await helm('history', RELEASE, '-o', 'json')) as { chart: string }[];
    assert.deepEqual(
      history.map((each) => each.chart),
      ['trainyard-0.1.0', 'trainyard-99.0.0', 'trainyard-0.1.0'],
    );
  });

  test('places GPU pods on GPU nodes only, as many as there are GPUs; the others wait with the reason, and run then', async () => {
    const [scaledJob] = await list(plane, 'scaledjobs');
    const jobs = Array.from({ length: 6 }, (_, i) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `gpu-${i}` },
      // As KEDA makes them.
      spec: scaledJob?.spec.jobTargetRef,
    }));
    await plane.kubectl(['apply', '-n', NAMESPACE, '-f', '-'], jobs.map((job) => stringify(job)).join('---\n'));
    const pods = () => list(plane, 'pods', '-l', 'app.kubernetes.io/component=training-gpu');
    const inPhase = async (phase: string) =>
      (await pods()).filter(({ status }) => (status as { phase: string }).phase === phase);
    await eventually('four pods have a GPU', async () => {
      assert.equal((await inPhase('Running')).length, 4);
      return true;
    });
    const running = await inPhase('Running');
    assert.deepEqual(running.map(({ spec }) => spec.nodeName).sort(), ['gpu-0', 'gpu-0', 'gpu-1', 'gpu-1']);
    const waiting = await inPhase('Pending');
    assert.equal(waiting.length, 2);
    for (const { status } of waiting) assert.match(JSON.stringify(status), /Insufficient nvidia.com\/gpu/);
    await plane.kubectl(['wait', '--for=condition=complete', 'job', '--all', '-n', NAMESPACE, '--timeout=90s']);
    assert.equal((await inPhase('Succeeded')).length, 6);
  });
});
