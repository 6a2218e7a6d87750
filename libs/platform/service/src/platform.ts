import path from 'node:path';
import { type ArtifactStore, artifactsAddress, openArtifacts } from '@trainyard/artifacts';
import { type Bus, openBus } from '@trainyard/bus';
import { EventCodec, type SchemaSource } from '@trainyard/contracts';
import { type FlowPorts, systemClock } from '@trainyard/flow';
import { openStore, type Store } from '@trainyard/store';
import { createLogger, currentTraceparent, flowRecorder, type Logger, traced } from '@trainyard/telemetry';
import type { PlatformSettings } from './config.js';
import { kafkaSecurity } from './kafka-security.js';

/** What every service stands on. Embedded and distributed differ only in which adapters are behind it. */
export interface Platform {
  readonly settings: PlatformSettings;
  readonly store: Store;
  readonly bus: Bus;
  readonly artifacts: ArtifactStore;
  readonly codec: EventCodec;
  readonly log: Logger;
  /** The ports of one service's flow. */
  portsOf(service: string): FlowPorts;
  /** Rejects, with the part's name, when a part cannot be used now. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

type SchemasOf = (store: Store) => Promise<SchemaSource>;

/** Embedded without KAFKA_BROKERS; state in SQLite without MONGODB_URI; artifacts in a folder without ARTIFACTS_URL. */
export async function openPlatform(settings: PlatformSettings, name: string, schemasOf: SchemasOf): Promise<Platform> {
  const log = createLogger({ service: name, level: settings.LOG_LEVEL });
  const folder = path.resolve(settings.DATA_DIR);
  const store = await openStore(settings.MONGODB_URI ?? `sqlite:${path.join(folder, 'state.db')}`);
  const artifacts = await openArtifacts(artifactsAddress(settings));
  const bus = await openBus({
    brokers: settings.KAFKA_BROKERS,
    ...(settings.KAFKA_BROKERS === undefined ? {} : { security: kafkaSecurity(settings) }),
    clientId: `trainyard-${name}`,
    sessionTimeoutMs: settings.KAFKA_SESSION_SECONDS * 1000,
    log: (level, message, details) => log[level](details, message),
  });
  const codec = new EventCodec(await schemasOf(store));
  return {
    settings,
    store,
    bus,
    artifacts,
    codec,
    log,
    portsOf: (service) => ({
      service,
      store,
      bus,
      codec,
      clock: systemClock,
      log: log.child({ service }),
      metrics: flowRecorder(service),
      traced,
      traceparent: currentTraceparent,
    }),
    ping: async () => {
      await store.ping();
      await artifacts.ping();
      if (!bus.connected())
        throw Object.assign(new Error('the bus is not connected'), { code: 'BUS_UNAVAILABLE', retriable: true });
    },
    close: async () => {
      await bus.close();
      await store.close();
      await artifacts.close();
    },
  };
}
