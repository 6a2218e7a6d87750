import type { SchemaSource } from '@trainyard/contracts';
import { Flow, RunningService } from '@trainyard/flow';
import type { Store } from '@trainyard/store';
import { metricsOf, startTracing, watchDisk } from '@trainyard/telemetry';
import { z } from 'zod';
import { ConfigurationError, type PlatformSettings, platformSettings, readSettings, setting } from './config.js';
import type { ServiceModule, ServiceParts } from './module.js';
import { openPlatform, type Platform } from './platform.js';
import { schemaSourceOf } from './schemas.js';
import { HttpServer } from './server.js';

/** A started process: one service, or all of them. */
export interface Running {
  readonly port: number;
  readonly platform: Platform;
  /** Resolves when a service has done all that its settings let it do; most never do. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const processSettings = z.object({ PORT: setting.integer(0, 0, 65_535) });

export interface BootOptions {
  readonly name: string;
  /** Where it listens when PORT is not set. */
  readonly port: number;
  /** In the order they start; the calls of the last are the process's front. */
  readonly modules: readonly ServiceModule[];
  readonly env?: NodeJS.ProcessEnv;
  readonly schemas?: (store: Store, settings: PlatformSettings) => Promise<SchemaSource>;
}

/**
 * Starts a process: listens first (live, not ready), opens the platform, starts the services, and is ready.
 * While Kafka or the database is away it stays not ready and tries again.
 *
 * @throws ConfigurationError for wrong settings
 */
export async function boot(options: BootOptions): Promise<Running> {
  const env = options.env ?? process.env;
  const settings = readSettings(platformSettings, env);
  const port = env.PORT ? readSettings(processSettings, env).PORT : options.port;
  const tracing = await startTracing({ service: options.name, endpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const platform = await openPlatform(settings, options.name, (store) =>
    (options.schemas ?? schemaSourceOf)(store, settings),
  );
  const unwatchDisk = watchDisk(options.name, settings.DATA_DIR);
  const assembled = options.modules.map((module) => assemble(module, platform, env));
  let reason: string | undefined = 'starting';
  const ready = async () => {
    if (reason) throw new Error(reason);
    await platform.ping();
    for (const { parts } of assembled) await parts.ready?.();
  };
  const server = new HttpServer({ name: options.name, settings, ready, metrics: metricsOf, log: platform.log });
  server.serve({
    notReady: () => reason,
    endpoints: assembled.flatMap(({ parts }) => parts.endpoints ?? []),
    hotCalls: assembled.flatMap(({ parts }) => parts.hotCalls ?? []),
    pages: (app) => assembled.forEach(({ parts }) => void parts.pages?.(app)),
    mount: (app) => assembled.forEach(({ parts }) => void parts.mount?.(app)),
  });
  const listening = await server.listen(port);
  const waiting = (why: string) => {
    reason = why;
  };
  for (const { running } of assembled) await untilUp(platform, () => running.open(), waiting);
  for (const { running } of assembled) await untilUp(platform, () => running.listen(), waiting);
  for (const { running, parts } of assembled) {
    running.begin();
    await parts.start?.();
  }
  reason = undefined;
  platform.log.info({ port: listening, services: options.modules.map(({ name }) => name) }, 'ready');
  return {
    port: listening,
    platform,
    ended: Promise.race(assembled.map(({ running }) => running.ended)),
    stop: async () => {
      reason = 'stopping';
      await server.close();
      for (const { running, parts } of [...assembled].reverse()) {
        await running.stop();
        await parts.stop?.();
      }
      unwatchDisk();
      await platform.close();
      await tracing.stop();
    },
  };
}

function assemble(
  module: ServiceModule,
  platform: Platform,
  env: NodeJS.ProcessEnv,
): { running: RunningService; parts: ServiceParts } {
  const ports = platform.portsOf(module.name);
  const flow = new Flow(ports);
  const parts = module.create({ platform, flow, log: platform.log.child({ service: module.name }), env });
  return { running: new RunningService(parts.definition, ports, flow), parts };
}

/** Tries until it works: an outage at start is waited for, a wrong setting is not. */
async function untilUp(
  platform: Platform,
  start: () => Promise<void>,
  waiting: (reason: string) => void,
): Promise<void> {
  for (let delay = 200; ; delay = Math.min(delay * 2, 5000)) {
    try {
      return await start();
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) throw error;
      waiting(`waiting: ${(error as Error).message}`);
      platform.log.warn({ error, delay }, 'a part of the platform is away; trying again');
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** The body of a service's `main.ts`: boots, stops on SIGTERM and SIGINT, and says wrong settings in one sentence. */
export async function main(options: BootOptions): Promise<Running> {
  try {
    const running = await boot(options);
    let stopping = false;
    const stop = () => {
      if (stopping) return;
      stopping = true;
      running.stop().then(
        () => process.exit(0),
        (error) => {
          running.platform.log.error({ error }, 'stopping failed');
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    void running.ended.then(stop);
    return running;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}
