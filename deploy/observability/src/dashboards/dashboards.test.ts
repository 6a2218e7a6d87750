import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { metricCatalogue } from '@trainyard/embedded';
import { stringify } from 'yaml';
import { promtool, whyNoPromtool } from '../testing/promtool.js';
import { dashboards } from './dashboards.js';
import { panelQueries } from './queries.js';

/** What kube-state-metrics, the kubelet and a training process with a GPU tell, for the panels that need them. */
const cluster = {
  'trainyard_gpu_utilization_ratio{service="training",gpu="0",instance="a"}': '0.5x60',
  'trainyard_gpu_memory_used_bytes{service="training",gpu="0",instance="a"}': '1e9x60',
  'trainyard_gpu_memory_total_bytes{service="training",gpu="0",instance="a"}': '8e10x60',
  'kube_pod_container_resource_requests{namespace="t",pod="gpu-1",container="c",node="n",resource="nvidia_com_gpu",unit="integer"}':
    '1x60',
  'kube_node_status_allocatable{node="n",resource="nvidia_com_gpu",unit="integer"}': '2x60',
  'kube_pod_status_phase{namespace="t",pod="gpu-1",phase="Pending"}': '1x60',
  'kube_pod_container_status_restarts_total{namespace="t",pod="serving-1",container="serving"}': '0x30 1x30',
  'kube_deployment_spec_replicas{namespace="t",deployment="serving"}': '2x60',
  'kube_deployment_status_replicas_available{namespace="t",deployment="serving"}': '1x60',
  'kube_job_status_active{namespace="t",job_name="gpu-1"}': '1x60',
  'container_memory_working_set_bytes{namespace="t",pod="serving-1",container="serving"}': '1e8x60',
  'container_cpu_usage_seconds_total{namespace="t",pod="serving-1",container="serving"}': '0+30x60',
};

describe('dashboards', () => {
  test('six, each with panels of their own numbers and a data source that can be chosen', () => {
    const files = dashboards();
    assert.deepEqual(
      files.map(({ name }) => name),
      ['overview', 'training', 'tuning', 'serving', 'events', 'kubernetes'],
    );
    for (const { name, json } of files) {
      const { panels, uid, templating } = JSON.parse(json);
      assert.equal(uid, `trainyard-${name}`);
      assert.equal(templating.list[0].type, 'datasource');
      const ids = panels.map(({ id }: { id: number }) => id);
      assert.equal(new Set(ids).size, ids.length, 'ids');
      for (const panel of panels.filter(({ type }: { type: string }) => type !== 'row')) {
        assert.ok(panel.description && panel.targets.length > 0, panel.title);
        assert.ok(panel.targets.every(({ expr }: { expr: string }) => expr.length > 0));
      }
    }
  });

  test('they ask for metrics that exist, or say whose they are', () => {
    const known = new Set(metricCatalogue.flatMap(({ metrics }) => metrics).map(({ name }) => String(name)));
    for (const { dashboard, panel, expr, needs } of panelQueries()) {
      const asked = expr.match(/\b[a-z]+_[a-z0-9_]+(?=[[{)\s]|$)/g) ?? [];
      const foreign = asked.filter((name) => /^(kube|container|DCGM)_/.test(name));
      assert.ok(foreign.length === 0 || needs, `${dashboard}/${panel} needs somebody's metrics: ${foreign}`);
      for (const name of asked.filter((one) => one.startsWith('trainyard_'))) {
        assert.ok(known.has(name.replace(/_(bucket|count|sum)$/, '')), `${dashboard}/${panel}: ${name}`);
      }
    }
  });
});

describe('dashboards by promtool', { skip: whyNoPromtool() }, () => {
  test('every query is PromQL', async () => {
    const rules = panelQueries().map(({ expr }, i) => ({ record: `panel:${i}`, expr }));
    const text = stringify({ groups: [{ name: 'panels', rules }] });
    const said = await promtool(['check', 'rules', 'panels.yaml'], { 'panels.yaml': text });
    assert.match(said, new RegExp(`SUCCESS: ${rules.length} rules`));
    const broken = stringify({ groups: [{ name: 'panels', rules: [{ record: 'panel:0', expr: 'sum(rate(x[1m])' }] }] });
    await assert.rejects(promtool(['check', 'rules', 'panels.yaml'], { 'panels.yaml': broken }), /parse/);
  });

  const needy = panelQueries('5m').filter(({ needs }) => needs);
  for (const { panel, expr, needs } of needy) {
    test(`with ${needs}, "${panel}" has data: ${expr}`, async () => {
      const input_series = Object.entries(cluster).map(([series, values]) => ({ series, values }));
      const filled = { expr: `count(${expr}) > bool 0`, eval_time: '50m', exp_samples: [{ labels: '{}', value: 1 }] };
      const tests = {
        evaluation_interval: '1m',
        tests: [{ interval: '1m', input_series, promql_expr_test: [filled] }],
      };
      await promtool(['test', 'rules', 'tests.yaml'], { 'tests.yaml': stringify(tests) });
    });
  }
});
