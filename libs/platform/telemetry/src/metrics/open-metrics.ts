import { type Metric, type OpenMetricsContentType, Registry } from 'prom-client';

type Readable = Metric & { getForPromString?: () => Promise<Value> };
type Value = { readonly name: string; readonly type: string };

/**
 * The registry in the OpenMetrics text format (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 *
 * prom-client renames the counters of a registry for good when it writes this format, so it is given stand-ins: the
 * registry itself stays readable in the older format, also at the same time.
 */
export function openMetricsOf(registry: Registry): Promise<string> {
  const view = new Registry<OpenMetricsContentType>();
  view.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of registry.getMetricsAsArray() as unknown as Readable[]) {
    view.registerMetric(standInFor(metric) as unknown as Metric);
  }
  return view.metrics();
}

function standInFor(metric: Readable) {
  const get = async () => {
    const value = (await (metric.getForPromString?.() ?? metric.get())) as Value;
    return value.type === 'counter' ? { ...value, name: value.name.replace(/_total$/, '') } : value;
  };
  const { name, type } = metric as unknown as Value;
  return { name, type, get };
}
