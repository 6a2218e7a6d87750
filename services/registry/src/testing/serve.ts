import type { AddressInfo } from 'node:net';
import { MemoryArtifacts } from '@trainyard/artifacts';
import { EmbeddedBus } from '@trainyard/bus';
import { builtinSchemas, EventCodec, type EventInput, type EventType } from '@trainyard/contracts';
import { Flow, type FlowPorts, RunningService, systemClock } from '@trainyard/flow';
import { problemHandler, routerOf } from '@trainyard/service';
import { MemoryStore } from '@trainyard/store';
import express from 'express';
import { readProfile } from '../dataset/read-profile.js';
import { createRegistryDefinition } from '../definition.js';
import { registryEndpoints } from '../endpoints/registry.js';

const silent = { info() {}, warn() {}, error() {} };

/** The whole registry over memory: its flow on a real bus, its REST calls on a real port. */
export async function serveRegistry(maxUploadBytes = 1_000_000) {
  const artifacts = new MemoryArtifacts();
  const ports: FlowPorts = {
    service: 'registry',
    store: new MemoryStore(),
    bus: new EmbeddedBus(),
    codec: new EventCodec(builtinSchemas()),
    clock: systemClock,
    log: silent,
  };
  const flow = new Flow(ports);
  const service = new RunningService(createRegistryDefinition(), ports, flow);
  await service.start();
  const profiler = { profile: (task: { digest: string; format?: string }) => readProfile(task, artifacts) };
  const app = express();
  app.use(routerOf(registryEndpoints({ flow, artifacts, profiler, maxUploadBytes })));
  app.use(problemHandler(silent));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let published = 0;
  return {
    artifacts,
    /** Publishes an event; resolves when the registry has handled it. */
    publish: async <T extends EventType>(type: T, key: string, data: EventInput[T], id = `m${published++}`) => {
      const message = await ports.codec.encode({ type, id, source: 'test', key, time: 0, data });
      await ports.bus.publish([message]);
    },
    call: async (method: string, path: string, body?: unknown) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
      const response = await fetch(root + path, {
        method,
        headers: body === undefined || raw ? {} : { 'content-type': 'application/json' },
        body: raw ? (body as string) : body === undefined ? undefined : JSON.stringify(body),
        ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      });
      const text = await response.text();
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      return { status: response.status, text, json: (text.startsWith('{') ? JSON.parse(text) : undefined) as any };
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.stop();
      await ports.bus.close();
      await artifacts.close();
    },
  };
}
