import type { Construct } from 'constructs';
import type { NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1.js';
import { all } from '../template/condition.js';
import { components, metadata, PORT, selectorOf, values } from './component.js';
import { add, type Manifest } from './object.js';
import { kedaWanted } from './scaling.js';

const { enabled, gatewayFrom, monitoringNamespace, kedaNamespace, egressPorts } = values.networkPolicy;
const http = [{ port: 'http', protocol: 'TCP' as const }];
const namespace = (name: string): NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Who may talk to whom: callers to the gateway, the gateway to the services, the services to what they need. */
export function addNetworkPolicies(chart: Construct): void {
  add(chart, everyPod(), enabled);
  add(chart, policy('gateway', { matchLabels: selectorOf('gateway') }, { ports: http, from: gatewayFrom }), enabled);
  const behind = components.filter((component) => component !== 'gateway');
  const services = {
    matchLabels: selectorOf(),
    matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: behind }],
  };
  const gateway = { podSelector: { matchLabels: selectorOf('gateway') } };
  add(chart, policy('from-gateway', services, { ports: http, from: [gateway] }), enabled);
  const training = { matchLabels: selectorOf('training') };
  const keda = { ports: http, from: [namespace(kedaNamespace)] };
  add(chart, policy('from-keda', training, keda), all(enabled, kedaWanted));
}

/** Prometheus may come in; names, the release's own pods and the allowed ports may be gone out to. */
function everyPod(): NetworkPolicy & Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata('every-pod'),
    spec: {
      podSelector: { matchLabels: selectorOf() },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ ports: http, from: [namespace(monitoringNamespace)] }],
      egress: [
        {
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        { ports: [{ port: PORT, protocol: 'TCP' }], to: [{ podSelector: { matchLabels: selectorOf() } }] },
        { ports: egressPorts },
      ],
    },
  };
}

function policy(
  name: string,
  podSelector: NonNullable<NetworkPolicyPeer['podSelector']>,
  ingress: NetworkPolicyIngressRule,
): NetworkPolicy & Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(name),
    spec: { podSelector, policyTypes: ['Ingress'], ingress: [ingress] },
  };
}
