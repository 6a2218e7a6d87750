import { stringify } from 'yaml';
import { createChart } from './chart/chart.js';
import { conditionOn } from './template/condition.js';
import { evaluate, isTrue, type Release } from './template/expression.js';
import { print } from './template/print.js';
import { render } from './template/render.js';
import { valuesJsonSchema } from './values/json-schema.js';
import { profiles } from './values/profiles.js';
import { type ValuesInput, valuesSchema } from './values/values.js';
import { valuesYaml } from './values/values-yaml.js';

/** Version of the chart and of the images it installs when nothing else is said. */
const VERSION = '0.1.0';

const about = {
  apiVersion: 'v2',
  name: 'trainyard',
  type: 'application',
  version: VERSION,
  appVersion: VERSION,
  description: 'Trainyard: an event-driven machine-learning platform.',
  // Since then a pod can sleep before it ends.
  kubeVersion: '>=1.30.0-0',
};

const notes = `Trainyard is being started as {{ .Release.Name }} in {{ .Release.Namespace }}.

  kubectl -n {{ .Release.Namespace }} get pods -l app.kubernetes.io/instance={{ .Release.Name }}
  kubectl -n {{ .Release.Namespace }} port-forward service/{{ .Release.Name }}-gateway 8080:8080

Then http://127.0.0.1:8080/ is the console and /docs the API. A pod that is not ready says why on /health/ready.
`;

/** Every file of charts/trainyard, by its path in that folder. */
export function chartFiles(): ReadonlyMap<string, string> {
  const files = new Map([
    ['Chart.yaml', stringify(about)],
    ['values.yaml', valuesYaml()],
    ['values.schema.json', `${JSON.stringify(valuesJsonSchema(), null, 2)}\n`],
    ['templates/NOTES.txt', notes],
  ]);
  for (const [name, values] of Object.entries(profiles)) {
    files.set(
      `profiles/${name}.yaml`,
      `# Generated from deploy/src/values/profiles.ts by \`npm run charts\`.\n${stringify(values)}`,
    );
  }
  for (const object of createChart()) {
    const name = `templates/${object.node.id}.yaml`;
    if (files.has(name)) throw new Error(`two objects would be ${name}`);
    files.set(name, print(object.toJson(), conditionOn(object)));
  }
  return files;
}

/** The objects of a release as Helm renders them, without Helm. */
export function renderChart(values: ValuesInput, name = 'trainyard', namespace = 'ml'): Record<string, unknown>[] {
  const release: Release = { name, namespace, values: valuesSchema.parse(values) };
  return createChart().flatMap((object) => {
    const condition = conditionOn(object);
    if (condition && !isTrue(evaluate(condition, release))) return [];
    return [render(object.toJson(), release) as Record<string, unknown>];
  });
}
