import { readSettings, routerOf, type ServiceModule, setting } from '@trainyard/service';
import { z } from 'zod';
import { refuseHugeBodies } from './body-limit.js';
import { createGatewayDefinition } from './definition.js';
import { evaluationEndpoints } from './endpoints/evaluations.js';
import { eventEndpoints } from './endpoints/events.js';
import { explainEndpoints } from './endpoints/explain.js';
import { jobEndpoints } from './endpoints/jobs.js';
import { trainEndpoints } from './endpoints/train.js';
import { mountPages } from './pages/pages.js';
import { JobStreams } from './stream/job-streams.js';
import { ProgressTable } from './stream/progress-table.js';
import { rewriteAliases } from './upstream/aliases.js';
import { completeOpenApi } from './upstream/documents.js';
import { UpstreamProxy } from './upstream/proxy.js';
import { type Upstream, upstreamSettings, upstreamsOf } from './upstream/upstreams.js';

/** What this service reads from its environment, besides what every process of the platform does. */
export const gatewaySettings = z.object({
  /** Event streams that may be open at once. */
  MAX_EVENT_STREAMS: setting.integer(1000, 1),
});

/** The gateway in one process with the services it fronts. */
export const gatewayModule: ServiceModule = gateway(() => []);

/** The gateway in a process of its own: what it does not answer itself it passes on. */
export const standaloneGatewayModule: ServiceModule = gateway((env) =>
  upstreamsOf(readSettings(upstreamSettings, env)),
);

function gateway(upstreamsFor: (env: NodeJS.ProcessEnv) => readonly Upstream[]): ServiceModule {
  return {
    name: 'gateway',
    port: 8080,
    create({ flow, env }) {
      const { MAX_EVENT_STREAMS } = readSettings(gatewaySettings, env);
      const upstreams = upstreamsFor(env);
      const progress = new ProgressTable();
      const streams = new JobStreams(flow, progress, MAX_EVENT_STREAMS);
      const proxy = new UpstreamProxy(upstreams);
      const endpoints = [
        ...trainEndpoints(flow),
        ...jobEndpoints(flow, streams, progress),
        ...evaluationEndpoints(flow),
        ...eventEndpoints(flow),
        ...explainEndpoints(),
      ];
      return {
        definition: createGatewayDefinition(progress),
        endpoints,
        pages: (app) => mountPages(app),
        mount: (app) => {
          app.use(refuseHugeBodies, rewriteAliases);
          app.get('/openapi.json', completeOpenApi(upstreams));
          // Its own calls first: they lie within paths that are otherwise passed on.
          if (upstreams.length > 0) app.use(routerOf(endpoints), proxy.handle);
        },
        start: async () => streams.start(),
        stop: async () => {
          await streams.stop();
          await proxy.close();
        },
      };
    },
  };
}
