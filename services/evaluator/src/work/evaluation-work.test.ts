import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type ArtifactStore, openArtifacts } from '@trainyard/artifacts';
import { EmbeddedBus } from '@trainyard/bus';
import { builtinSchemas, EventCodec, type EventInput, type EventType, type Message } from '@trainyard/contracts';
import { readTable } from '@trainyard/data';
import { Flow, type FlowPorts, RunningService, systemClock } from '@trainyard/flow';
import { candidateOf } from '@trainyard/flow/testing';
import { MemoryStore } from '@trainyard/store';
import { encodeBundle, encodeHoldout, trainModel } from '@trainyard/workflow';
import { createEvaluatorDefinition } from '../definition.js';
import { ProcessExecutor } from './process-executor.js';

const silent = { info() {}, warn() {}, error() {} };

/** The evaluator over a real bus and real worker processes. */
describe('the evaluator', () => {
  let folder: string;
  let artifacts: ArtifactStore;
  let ports: FlowPorts;
  let service: RunningService;
  let executor: ProcessExecutor;
  let file: string;
  let trained: Awaited<ReturnType<typeof trainModel>>;
  const digests = { bundle: '', holdout: '' };
  const heard = new Map<string, (message: Message) => void>();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'evaluator-'));
    artifacts = await openArtifacts(folder);
    file = path.join(folder, 'rows.csv');
    const rows = Array.from({ length: 300 }, (_, i) => `${i % 20},${(i * 7) % 13},${i % 20 > 9 ? 'yes' : 'no'}`);
    await writeFile(file, `size,noise,late\n${rows.join('\n')}\n`);
    const table = await readTable(file);
    trained = await trainModel({ model: 'logistic', dataset: { uri: file, target: 'late' } }, { table });
    digests.bundle = (await artifacts.put(encodeBundle(trained.bundle))).digest;
    digests.holdout = (await artifacts.put(encodeHoldout(trained.holdout))).digest;
    const codec = new EventCodec(builtinSchemas());
    const bus = new EmbeddedBus();
    ports = { service: 'evaluator', store: new MemoryStore(), bus, codec, clock: systemClock, log: silent };
    const flow = new Flow(ports);
    executor = new ProcessExecutor({ slots: 1, env: { ARTIFACTS_URL: folder, DATA_ROOTS: folder } });
    const options = { worker: 'test', slots: 1, leaseMs: 30_000, pollMs: 50 };
    service = new RunningService(createEvaluatorDefinition(flow, executor, options), ports, flow);
    await service.start();
    await bus.subscribe({
      group: 'test',
      topics: ['evaluation.events'],
      handler: async (delivery) => {
        const message = await codec.decode(delivery);
        heard.get((message.data as { evaluationId: string }).evaluationId)?.(message);
      },
    });
  });

  after(async () => {
    await service.stop();
    executor.close();
    await ports.bus.close();
    await artifacts.close();
    await rm(folder, { recursive: true });
  });

  async function ask<T extends EventType>(evaluationId: string, type: T, data: EventInput[T]): Promise<Message> {
    const answer = new Promise<Message>((resolve) => heard.set(evaluationId, resolve));
    const id = `${type}-${evaluationId}`;
    await ports.bus.publish([await ports.codec.encode({ type, id, source: 'test', key: evaluationId, time: 0, data })]);
    return answer;
  }

  const candidate = (jobId: string, gates: EventInput['TrainCompleted']['candidate']['gates'] = []) =>
    ask(jobId, 'TrainCompleted', { jobId, candidate: candidateOf({ jobId, holdout: digests.holdout, gates }) });
  const completed = (message: Message) => {
    assert.equal(message.type, 'EvaluationCompleted');
    return message.data as Message<'EvaluationCompleted'>['data'];
  };

  it("finds a candidate's metrics as training did, and keeps the full report", async () => {
    const { metrics, passed, report } = completed(await candidate('job-1'));
    assert.equal(passed, true);
    assert.deepEqual(metrics, trained.report.metrics);
    const full = JSON.parse(Buffer.from(await artifacts.get(report)).toString());
    assert.deepEqual(full.confusionMatrix.classes, ['no', 'yes']);
    assert.deepEqual(full.metrics, metrics);
  });

  it('checks gates, also against what is in production', async () => {
    const impossible = completed(await candidate('job-2', [{ metric: 'log_loss', max: -1 }]));
    assert.equal(impossible.passed, false);
    assert.match(impossible.gates[0]?.reason ?? '', /not at most -1/);
    const better = [{ metric: 'log_loss', betterThan: 'production' }];
    assert.equal(completed(await candidate('job-3', better)).passed, true, 'nothing is in production yet');
    const ids = { modelId: 'mdl-1', modelName: 'late-flights', version: '1.0.0' };
    const tell = async <T extends EventType>(type: T, data: EventInput[T]) =>
      ports.bus.publish([await ports.codec.encode({ type, id: type, source: 'test', key: 'k', time: 0, data })]);
    const version = { ...ids, ordinal: 1, jobId: 'j', task: 'binary', model: 'm', artifact: 'a', changelog: '' };
    await tell('ModelVersionRegistered', { ...version, metrics: { log_loss: 1e-9 }, registeredAt: 1 });
    await tell('StageChanged', { ...ids, from: 'Development', to: 'Production', reason: '', changedAt: 1 });
    const beaten = completed(await candidate('job-4', better));
    assert.equal(beaten.passed, false);
    assert.match(beaten.gates[0]?.reason ?? '', /not better than production/);
  });

  it('evaluates a registered version on other rows', async () => {
    const request = {
      modelId: 'mdl-1',
      modelName: 'late-flights',
      version: '1.0.0',
      artifact: digests.bundle,
      holdout: digests.holdout,
    };
    const dataset = { uri: pathToFileURL(file).href };
    const on = completed(await ask('ev-1', 'EvaluateRequested', { evaluationId: 'ev-1', ...request, dataset }));
    assert.equal(on.modelId, 'mdl-1');
    assert.ok((on.metrics.accuracy ?? 0) > 0.9);
    const full = JSON.parse(Buffer.from(await artifacts.get(on.report)).toString());
    assert.equal(full.rows, 300);
    const outside = { uri: 'file:///etc/passwd' };
    const failed = await ask('ev-2', 'EvaluateRequested', { evaluationId: 'ev-2', ...request, dataset: outside });
    assert.equal(failed.type, 'EvaluationFailed');
    assert.equal((failed.data as Message<'EvaluationFailed'>['data']).code, 'URI_NOT_ALLOWED');
  });

  it('fails, and says why, when the held-out predictions are gone or damaged', async () => {
    const lost = candidateOf({ jobId: 'job-5', holdout: '0'.repeat(64) });
    const message = await ask('job-5', 'TrainCompleted', { jobId: 'job-5', candidate: lost });
    assert.equal((message.data as Message<'EvaluationFailed'>['data']).code, 'ARTIFACT_NOT_FOUND');
    const { digest } = await artifacts.put(Buffer.from('no predictions'));
    const damaged = candidateOf({ jobId: 'job-6', holdout: digest });
    const other = await ask('job-6', 'TrainCompleted', { jobId: 'job-6', candidate: damaged });
    assert.equal((other.data as Message<'EvaluationFailed'>['data']).code, 'ARTIFACT_INVALID');
  });
});
