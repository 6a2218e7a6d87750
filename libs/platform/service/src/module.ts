import type { Flow, ServiceDefinition } from '@trainyard/flow';
import type { Logger } from '@trainyard/telemetry';
import type { Express } from 'express';
import type { Endpoint } from './endpoint.js';
import type { HotCall } from './hot-call.js';
import type { Platform } from './platform.js';

/** What a service is given to build itself from. */
export interface ServiceContext {
  readonly platform: Platform;
  readonly flow: Flow;
  readonly log: Logger;
  /** The process's environment; a service parses its own settings with `readSettings`. */
  readonly env: NodeJS.ProcessEnv;
}

/** A service as parts: its flow, its REST calls, and what it opens and closes. */
export interface ServiceParts {
  readonly definition: ServiceDefinition;
  readonly endpoints?: readonly Endpoint[];
  /** Calls worth answering ahead of all others. */
  readonly hotCalls?: readonly HotCall[];
  /** Adds pages: loaded without a key, since they hold nothing but what calls will fetch with one. */
  readonly pages?: (app: Express) => void;
  /** Adds what is no JSON call: proxies, the schema registry. Runs before the endpoints are mounted. */
  readonly mount?: (app: Express) => void;
  /** Runs once the flow is up. */
  readonly start?: () => Promise<void>;
  /** Rejects while the service cannot do its work, with the reason. */
  readonly ready?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
}

/** One of the six services and the gateway. */
export interface ServiceModule {
  readonly name: string;
  /** Where it listens when PORT is not set. */
  readonly port: number;
  create(context: ServiceContext): ServiceParts;
}
