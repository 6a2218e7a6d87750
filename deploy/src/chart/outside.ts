import type { Construct } from 'constructs';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { fieldsIf } from '../template/condition.js';
import { dataName, metadata, nameOf, values } from './component.js';
import { add, type Manifest } from './object.js';

/** The way in for callers. */
export function addIngress(chart: Construct): void {
  const { enabled, className, host, tlsSecret, annotations } = values.ingress;
  const backend = { service: { name: nameOf('gateway'), port: { name: 'http' } } };
  const ingress: Ingress & Manifest = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...metadata('gateway', 'gateway'), annotations },
    spec: {
      ...fieldsIf(className, { ingressClassName: className }),
      ...fieldsIf(tlsSecret, { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
  };
  add(chart, ingress, enabled);
}

/** One volume for all pods; it stays when the release goes, with the models in it. */
export function addVolume(chart: Construct): void {
  const { enabled, accessMode, size, storageClass } = values.artifacts.volume;
  const claim: PersistentVolumeClaim & Manifest = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { ...metadata('data'), name: dataName, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      accessModes: [accessMode],
      ...fieldsIf(storageClass, { storageClassName: storageClass }),
      resources: { requests: { storage: size } },
    },
  };
  add(chart, claim, enabled);
}
