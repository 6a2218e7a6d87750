import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who may talk to a broker by its secured listener. */
export interface KafkaUser {
  readonly username: string;
  readonly password: string;
}

/** A second listener, SASL_SSL with the mechanism PLAIN: its settings, and the certificate that clients must trust. */
export interface SecuredListener {
  readonly listener: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly caFile: string;
}

/** Makes a key and a certificate of its own for 127.0.0.1 with Java's keytool. */
export async function securedListener(folder: string, port: number, user: KafkaUser): Promise<SecuredListener> {
  await mkdir(folder, { recursive: true });
  const [store, caFile] = [join(folder, 'broker.p12'), join(folder, 'ca.crt')];
  const access = ['-alias', 'broker', '-keystore', store, '-storetype', 'PKCS12', '-storepass', 'keystore'];
  const subject = ['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', '-ext', 'bc:c', '-validity', '2'];
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', ...subject, ...access]);
  await run('keytool', ['-exportcert', '-rfc', '-file', caFile, ...access]);
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${user.username}="${user.password}";`;
  const settings = {
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': store,
    'ssl.keystore.password': 'keystore',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.secured.plain.sasl.jaas.config': login,
  };
  return { listener: `SECURED://127.0.0.1:${port}`, settings, caFile };
}
