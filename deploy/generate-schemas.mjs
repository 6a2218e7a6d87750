// node deploy/generate-schemas.mjs: writes deploy/schemas/strict.json, the JSON schemas that the fast lane checks manifests with.
// Needs Go, which downloads the sources of Kubernetes, KEDA and the Prometheus operator at the versions below. Run it when
// those change; the result is committed.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

const sources = {
  kubernetes: 'k8s.io/kubernetes@v1.36.3',
  keda: 'github.com/kedacore/keda/v2@v2.21.0',
  prometheus: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
};
const builtin = {
  'apps/v1': ['Deployment'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['Job'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  v1: ['ConfigMap', 'PersistentVolumeClaim', 'Service', 'ServiceAccount'],
};
const custom = [
  ['keda', 'config/crd/bases/keda.sh_scaledjobs.yaml'],
  ['keda', 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  ['keda', 'config/crd/bases/keda.sh_triggerauthentications.yaml'],
  ...['servicemonitors', 'podmonitors', 'prometheusrules'].map((kind) => [
    'prometheus',
    `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`,
  ]),
];

const folderOf = (module) =>
  JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], { cwd: '/', encoding: 'utf8' })).Dir;
const folders = Object.fromEntries(Object.entries(sources).map(([name, module]) => [name, folderOf(module)]));

/** Without descriptions, and with no field that is not named. */
function strict(schema) {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return { type: ['string', 'integer'] };
  const entries = Object.entries(schema)
    .filter(
      ([key, value]) =>
        !(
          key.startsWith('x-kubernetes') ||
          (key === 'description' && typeof value === 'string') ||
          key === 'format' ||
          key === 'default'
        ),
    )
    .map(([key, value]) => [key, key === 'properties' ? mapped(value) : strict(value)]);
  const made = Object.fromEntries(entries);
  const open = schema['x-kubernetes-preserve-unknown-fields'] || 'additionalProperties' in made;
  return made.properties && !open ? { ...made, additionalProperties: false } : made;
}
const mapped = (properties) =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, strict(value)]));

const { definitions } = JSON.parse(
  readFileSync(path.join(folders.kubernetes, 'api/openapi-spec/swagger.json'), 'utf8'),
);
const kinds = {};
const used = {};
for (const [apiVersion, names] of Object.entries(builtin)) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  for (const kind of names) {
    const isIt = (entry) => entry.group === group && entry.version === version && entry.kind === kind;
    const [name] = Object.entries(definitions).find(([, each]) => each['x-kubernetes-group-version-kind']?.some(isIt));
    use(name);
    kinds[`${apiVersion}/${kind}`] = { $ref: `#/definitions/${name}` };
  }
}

function use(name) {
  if (used[name]) return;
  used[name] = name.endsWith('.Quantity') ? { type: ['string', 'number'] } : strict(definitions[name]);
  // What the API server writes and a chart never does.
  if (used[name].properties) delete used[name].properties.status;
  for (const [, inner] of JSON.stringify(used[name]).matchAll(/"#\/definitions\/([^"]+)"/g)) use(inner);
}

for (const [source, file] of custom) {
  for (const document of parseAllDocuments(readFileSync(path.join(folders[source], file), 'utf8'))) {
    const { group, names, versions } = document.toJS().spec;
    for (const { name, schema } of versions) {
      const made = strict(schema.openAPIV3Schema);
      delete made.properties.status;
      made.properties.metadata = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };
      kinds[`${group}/${name}/${names.kind}`] = made;
    }
  }
}
const text = JSON.stringify({ sources: Object.values(sources), kinds, definitions: used });
writeFileSync(new URL('./schemas/strict.json', import.meta.url), `${text}\n`);
console.log(`${Object.keys(kinds).length} kinds, ${(text.length / 1024).toFixed(0)} KiB`);
