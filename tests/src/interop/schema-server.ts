import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { HttpServer, platformSettings, readSettings } from '@trainyard/service';
import type { Store } from '@trainyard/store';
import type { RequestHandler } from 'express';

export interface SchemaServer {
  /** For clients of the Confluent Schema Registry. */
  readonly url: string;
  close(): Promise<void>;
}

/** The registry service's schema routes alone, behind the platform's usual middleware, on a free port. */
export async function startSchemaServer(store: Store): Promise<SchemaServer> {
  // Only the service itself mounts its routes, so they are no part of what its package exports.
  const routes = new URL('../../../services/registry/dist/schemas/schema-routes.js', import.meta.url);
  const { schemaRoutes } = (await import(routes.href)) as { schemaRoutes: (store: Store) => RequestHandler };
  const { app } = new HttpServer({
    name: 'schemas',
    settings: readSettings(platformSettings, {}),
    ready: async () => {},
    metrics: async () => ({ type: 'text/plain', body: '' }),
    log: console,
  });
  app.use('/schemas', schemaRoutes(store));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/schemas`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
