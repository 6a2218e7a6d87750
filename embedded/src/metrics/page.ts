import type { MetricDefinition } from '@trainyard/telemetry';
import { metricCatalogue } from './catalogue.js';

/** Where the page is kept. */
export const METRICS_PAGE = new URL('../../../docs/metrics.md', import.meta.url);

const HEAD = `# Metrics

Written by \`node embedded/dist/metrics/write.js\` from the definitions in the code; a test fails when it is stale.

\`GET /metrics\` on every process answers in the Prometheus text format, or in OpenMetrics for whoever prefers that in \`Accept\`. Every metric
has the label \`service\`. Names that users and senders make up are bounded: beyond the bound they are counted together as \`other\`, so the
number of series is too. Gauges that all processes of a service read from the store are the same in each: take \`max\`, not \`sum\`.
Node's own metrics (\`process_*\`, \`nodejs_*\`) come with every process.
`;

/** docs/metrics.md as it should be. */
export function metricsPage(): string {
  const sections = metricCatalogue.map(
    ({ title, metrics }) =>
      `## ${title}\n\n| metric | type | more labels | what it is | look when |\n|---|---|---|---|---|\n${metrics.map(row).join('\n')}\n`,
  );
  return [HEAD, ...sections].join('\n');
}

function row({ name, type, labels, help, look }: MetricDefinition): string {
  const more = labels.filter((label) => label !== 'service').map((label) => `\`${label}\``);
  return `| \`${name}\` | ${type} | ${more.join(', ')} | ${help} | ${look} |`;
}
