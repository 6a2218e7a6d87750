import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ControlPlane } from '../infrastructure/kubernetes/control-plane.js';
import { freePort, ServerProcess } from '../infrastructure/server-process.js';

/** KEDA's own operator, unmodified, on the control plane. */
export async function startOperator(program: string, plane: ControlPlane): Promise<ServerProcess> {
  await plane.kubectl(['create', 'namespace', 'keda']);
  const certificates = await createCertificates(join(plane.folder, 'keda'));
  const [metrics, health, service] = await Promise.all([freePort(), freePort(), freePort()]);
  const args = [
    `--kubeconfig=${plane.environment.KUBECONFIG}`,
    '--leader-elect=false',
    '--enable-cert-rotation=false',
    `--cert-dir=${certificates}`,
    `--metrics-bind-address=127.0.0.1:${metrics}`,
    `--health-probe-bind-address=127.0.0.1:${health}`,
    `--metrics-service-bind-address=127.0.0.1:${service}`,
    '--zap-log-level=info',
  ];
  const environment = {
    ...plane.environment,
    POD_NAMESPACE: 'keda',
    POD_NAME: 'keda-operator',
    KEDA_CLUSTER_OBJECT_NAMESPACE: 'keda',
    WATCH_NAMESPACE: '',
  };
  const operator = new ServerProcess(program, args, join(plane.folder, 'keda-operator.log'), environment);
  const ready = async () => (await fetch(`http://127.0.0.1:${health}/readyz`).catch(() => undefined))?.ok ?? false;
  await operator.waitUntil(ready, 60_000);
  return operator;
}

/** What the operator serves its metrics with; it will not start without. */
async function createCertificates(folder: string): Promise<string> {
  await mkdir(folder);
  const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=keda-operator'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  await copyFile(certificate, join(folder, 'ca.crt'));
  return folder;
}
