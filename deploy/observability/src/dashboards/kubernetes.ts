import type { DashboardSpec } from './dashboard.js';
import { rate } from './panel.js';

const KUBE_STATE = 'kube-state-metrics';
const KUBELET = "the kubelet's cAdvisor metrics";
const pods = '{namespace=~"$namespace"}';

export const kubernetes: DashboardSpec = {
  name: 'kubernetes',
  title: 'Kubernetes and GPU',
  what: 'Processes, pods and GPUs: what runs, what cannot be scheduled, what is paid for and idle.',
  choice: { name: 'namespace', label: 'Namespace', values: 'label_values(kube_pod_info, namespace)' },
  rows: [
    {
      title: 'Processes',
      panels: [
        {
          title: 'CPUs in use',
          what: 'By process, without its workers.',
          unit: 'short',
          targets: [{ expr: 'rate(process_cpu_seconds_total[$__rate_interval])', legend: '{{instance}}' }],
        },
        {
          title: 'Memory',
          what: 'By process, without its workers.',
          unit: 'bytes',
          targets: [{ expr: 'process_resident_memory_bytes', legend: '{{instance}}' }],
        },
      ],
    },
    {
      title: 'GPUs',
      panels: [
        {
          title: 'GPU jobs waiting and slots',
          what: 'Waiting while slots are free: runbook gpu-idle. Waiting without slots: runbook no-live-worker.',
          unit: 'short',
          targets: [
            { expr: 'sum(max by (work) (trainyard_queue_depth{pool="gpu"}))', legend: 'waiting' },
            { expr: 'sum(trainyard_slots{pool="gpu"}) or vector(0)', legend: 'slots' },
            { expr: 'sum(trainyard_slots_busy{pool="gpu"}) or vector(0)', legend: 'busy' },
          ],
        },
        {
          title: 'GPU use',
          what: 'Share of the time in which the GPU computed, as training sees it.',
          unit: 'percentunit',
          needs: 'training processes with GPUs',
          targets: [{ expr: 'trainyard_gpu_utilization_ratio', legend: '{{instance}} {{gpu}}' }],
        },
        {
          title: 'GPU memory',
          what: 'In use, of what there is.',
          unit: 'percentunit',
          needs: 'training processes with GPUs',
          targets: [
            {
              expr: 'trainyard_gpu_memory_used_bytes / trainyard_gpu_memory_total_bytes',
              legend: '{{instance}} {{gpu}}',
            },
          ],
        },
        {
          title: 'GPUs asked for by pods and offered by nodes',
          what: 'In the whole cluster, also by others.',
          unit: 'short',
          needs: KUBE_STATE,
          targets: [
            { expr: 'sum(kube_pod_container_resource_requests{resource="nvidia_com_gpu"})', legend: 'asked for' },
            { expr: 'sum(kube_node_status_allocatable{resource="nvidia_com_gpu"})', legend: 'offered' },
          ],
        },
      ],
    },
    {
      title: 'Pods',
      panels: [
        {
          title: 'Pods by phase',
          what: 'Pending for long: no node has room, or no GPU.',
          unit: 'short',
          needs: KUBE_STATE,
          targets: [{ expr: `sum by (phase) (kube_pod_status_phase${pods})`, legend: '{{phase}}' }],
        },
        {
          title: 'Restarts',
          what: 'Within the last hour, by container.',
          unit: 'short',
          needs: KUBE_STATE,
          targets: [
            {
              expr: `sum by (container) (increase(kube_pod_container_status_restarts_total${pods}[1h]))`,
              legend: '{{container}}',
            },
          ],
        },
        {
          title: 'Replicas, wanted and available',
          what: 'By deployment.',
          unit: 'short',
          needs: KUBE_STATE,
          targets: [
            { expr: `kube_deployment_spec_replicas${pods}`, legend: '{{deployment}} wanted' },
            { expr: `kube_deployment_status_replicas_available${pods}`, legend: '{{deployment}} available' },
          ],
        },
        {
          title: 'Jobs of pods that run',
          what: 'What KEDA started for waiting GPU jobs.',
          unit: 'short',
          needs: KUBE_STATE,
          targets: [{ expr: `sum(kube_job_status_active${pods})`, legend: 'active' }],
        },
        {
          title: 'Memory of containers',
          what: 'What counts against their limits, by pod.',
          unit: 'bytes',
          needs: KUBELET,
          targets: [
            {
              expr: 'sum by (pod) (container_memory_working_set_bytes{namespace=~"$namespace",container!=""})',
              legend: '{{pod}}',
            },
          ],
        },
        {
          title: 'CPUs of containers',
          what: 'By pod, workers included.',
          unit: 'short',
          needs: KUBELET,
          targets: [
            {
              expr: rate('container_cpu_usage_seconds_total', ['pod'], '{namespace=~"$namespace",container!=""}'),
              legend: '{{pod}}',
            },
          ],
        },
      ],
    },
  ],
};
