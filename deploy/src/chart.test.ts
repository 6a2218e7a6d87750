import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isMap, parseDocument, visit } from 'yaml';
import { chartFiles, renderChart } from './files.js';
import { releases } from './testing/releases.js';
import { complaintsAbout } from './testing/strict-schemas.js';
import type { ValuesInput } from './values/values.js';

const folder = fileURLToPath(new URL('../../charts/trainyard/', import.meta.url));
const all = Object.values(releases).flatMap((values) => renderChart(values));
const find = (objects: readonly Record<string, unknown>[], kind: string, name: string) => {
  const found = objects.find((each) => each.kind === kind && (each.metadata as { name: string }).name === name);
  assert.ok(found, `${kind} ${name}`);
  // biome-ignore lint/suspicious/noExplicitAny: manifests are looked at field by field
  return found as any;
};

describe('charts/trainyard', () => {
  test('is what the sources say: run `npm run charts` and commit', () => {
    const files = chartFiles();
    const there = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
    assert.deepEqual(there.sort(), [...files.keys()].sort());
    for (const [name, text] of files) assert.equal(readFileSync(path.join(folder, name), 'utf8'), text, name);
  });

  test('explains its values in values.yaml', () => {
    const document = parseDocument(readFileSync(path.join(folder, 'values.yaml'), 'utf8'));
    const explained: unknown[] = [];
    visit(document, {
      Pair: (_, { key }) => {
        if ((key as { commentBefore?: string }).commentBefore) explained.push(key);
      },
    });
    assert.ok(isMap(document.contents) && explained.length > 60, `${explained.length} comments`);
  });

  test('makes only what the strict schemas of Kubernetes, KEDA and the Prometheus operator know', () => {
    assert.deepEqual(all.flatMap(complaintsAbout), []);
    assert.ok(new Set(all.map(({ kind }) => kind)).size >= 14);
  });

  test('would be caught with a misspelt field, a number as text, or a kind nobody knows', () => {
    const deployment = find(renderChart(releases.small ?? {}), 'Deployment', 'trainyard-gateway');
    const { replicas, ...spec } = deployment.spec;
    assert.match(complaintsAbout({ ...deployment, spec: { ...spec, replica: replicas } }).join(), /"replica"/);
    assert.match(
      complaintsAbout({ ...deployment, spec: { ...spec, replicas: '2' } }).join(),
      /replicas must be integer/,
    );
    assert.match(complaintsAbout({ apiVersion: 'v1', kind: 'Deploy' }).join(), /no schema of v1\/Deploy/);
  });

  test('names every object once', () => {
    for (const values of Object.values(releases)) {
      const names = renderChart(values).map(({ kind, metadata }) => `${kind}/${(metadata as { name: string }).name}`);
      assert.equal(new Set(names).size, names.length);
    }
  });

  test('leaves the number of replicas to what scales them', () => {
    const replicas = (values: keyof typeof releases, name: string) =>
      find(renderChart(releases[values] ?? {}), 'Deployment', `trainyard-${name}`).spec.replicas;
    assert.deepEqual(
      ['gateway', 'training', 'serving'].map((name) => replicas('production', name)),
      [undefined, undefined, undefined],
    );
    assert.equal(replicas('gpu', 'training'), 1);
    assert.equal(replicas('production', 'evaluator'), 2);
  });

  test('gives each GPU pod its GPUs, one attempt, and no second try', () => {
    const { spec } = find(renderChart(releases.everything ?? {}), 'ScaledJob', 'trainyard-training-gpu');
    const pod = spec.jobTargetRef.template.spec;
    const [container] = pod.containers;
    assert.equal(container.resources.limits['amd.com/gpu'], '2');
    assert.equal(container.image, 'trainyard/training-gpu:0.1.0');
    const env = Object.fromEntries(
      container.env.map((each: { name: string; value: string }) => [each.name, each.value]),
    );
    assert.deepEqual([env.TRAINING_SLOTS, env.TRAINING_ATTEMPTS], ['gpu=1', '1']);
    assert.deepEqual([spec.jobTargetRef.backoffLimit, pod.restartPolicy], [0, 'Never']);
    assert.equal(spec.rollout.strategy, 'gradual');
    assert.equal(spec.triggers[0].metadata.valueLocation, 'unfinished');
  });

  test('holds no secret: connection strings and keys come by reference', () => {
    for (const object of all.filter(({ kind }) => kind === 'ConfigMap')) {
      const data = object.data as Record<string, string>;
      for (const name of ['MONGODB_URI', 'AWS_SECRET_ACCESS_KEY']) assert.equal(data[name], undefined);
    }
    assert.ok(!all.some(({ kind }) => kind === 'Secret'));
  });

  test('talks to Kafka as its values say: plainly, or over TLS and as the user of a Secret', () => {
    const container = (values: ValuesInput) => {
      const objects = renderChart(values);
      const { spec } = find(objects, 'Deployment', 'trainyard-gateway').spec.template;
      return { config: find(objects, 'ConfigMap', 'trainyard-config').data, spec };
    };
    const plain = container(releases.small!);
    assert.deepEqual([plain.config.KAFKA_SSL, plain.config.KAFKA_SSL_CA_FILE], ['false', undefined]);
    assert.deepEqual(plain.spec.volumes.find(({ name }: { name: string }) => name === 'kafka-ca').emptyDir, {});
    const { config, spec } = container(releases.everything!);
    assert.equal(config.KAFKA_SSL, 'true');
    assert.equal(config.KAFKA_SASL_MECHANISM, 'scram-sha-512');
    assert.equal(config.KAFKA_SSL_CA_FILE, '/run/secrets/kafka/ca.crt');
    const ca = spec.volumes.find(({ name }: { name: string }) => name === 'kafka-ca');
    assert.equal(ca.secret.secretName, 'kafka-ca');
    const password = spec.containers[0].env.find(({ name }: { name: string }) => name === 'KAFKA_SASL_PASSWORD');
    assert.deepEqual(password.valueFrom.secretKeyRef, { name: 'trainyard-kafka', key: 'password', optional: true });
  });

  test('writes large numbers as digits', () => {
    const { data } = find(renderChart(releases.small ?? {}), 'ConfigMap', 'trainyard-config');
    assert.equal(data.MAX_UPLOAD_BYTES, '2147483648');
  });
});
