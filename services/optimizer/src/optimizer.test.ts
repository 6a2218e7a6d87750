import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { EmbeddedBus } from '@trainyard/bus';
import { builtinSchemas, EventCodec, type EventInput, type EventType, type Message } from '@trainyard/contracts';
import { Flow, type FlowPorts, RunningService, systemClock } from '@trainyard/flow';
import { problemHandler, routerOf } from '@trainyard/service';
import { MemoryStore } from '@trainyard/store';
import express from 'express';
import { createOptimizerDefinition } from './definition.js';
import { studyEndpoints } from './endpoints.js';

const silent = { info() {}, warn() {}, error() {} };

/** The optimizer on a real bus, with a training service that answers every trial at once. */
describe('the optimizer', () => {
  const codec = new EventCodec(builtinSchemas());
  const bus = new EmbeddedBus();
  const ports: FlowPorts = {
    service: 'optimizer',
    store: new MemoryStore(),
    bus,
    codec,
    clock: systemClock,
    log: silent,
  };
  const flow = new Flow(ports);
  const service = new RunningService(createOptimizerDefinition(), ports, flow);
  const app = express().use(routerOf(studyEndpoints(flow)), problemHandler(silent));
  const server = app.listen(0, '127.0.0.1');
  let finish: (message: Message) => void = () => {};

  async function publish<T extends EventType>(type: T, key: string, data: EventInput[T], id: string) {
    await bus.publish([await codec.encode({ type, id, source: 'test', key, time: 0, data })]);
  }

  before(async () => {
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    await service.start();
    await bus.subscribe({
      group: 'test',
      topics: ['training.commands', 'tuning.events'],
      handler: async (delivery) => {
        const message = await codec.decode(delivery);
        if (message.type === 'OptimizeCompleted' || message.type === 'OptimizeFailed') finish(message);
        if (message.type !== 'TrialRequested') return;
        const { trialId, studyId, jobId, number, params } = (message as Message<'TrialRequested'>).data;
        const value = Math.abs(Number(params.C) - 1);
        const data = { trialId, studyId, jobId, number, status: 'completed', value, seconds: 0 };
        // Twice, as a bus may deliver it.
        for (let time = 0; time < 2; time++) void publish('TrialCompleted', studyId, data, `done-${number}`);
      },
    });
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await service.stop();
    await bus.close();
  });

  it('searches to the end of its budget and answers with the best', async () => {
    const done = new Promise<Message>((resolve) => {
      finish = resolve;
    });
    const search = { strategy: 'random', trials: 25, objectives: ['log_loss'] };
    const request = { dataset: { uri: 'file:///x.csv' }, task: 'binary', model: 'logistic', search };
    await publish('OptimizeRequested', 'job-1', { studyId: 'job-1', jobId: 'job-1', request }, 'ask');
    const { type, data } = await done;
    assert.equal(type, 'OptimizeCompleted');
    const { number, value, trials } = data as Message<'OptimizeCompleted'>['data'];
    assert.deepEqual([number, value, trials], [0, 0, 25], 'the default C is 1, where this objective is best');
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/studies`;
    const study = (await (await fetch(`${root}/job-1`)).json()) as {
      status: string;
      finished: number;
      trials: { number: number; value: number }[];
    };
    assert.equal(study.status, 'completed');
    assert.equal(study.finished, 25);
    assert.equal(study.trials[0]?.number, 0);
    assert.ok(study.trials.every(({ value: each }, at) => at === 0 || each >= (study.trials[at - 1]?.value ?? 0)));
    const none = await fetch(`${root}/nope`);
    assert.equal(none.status, 404);
    assert.equal(((await none.json()) as { code: string }).code, 'STUDY_NOT_FOUND');
  });
});
