import type { Candidate } from '@trainyard/contracts';
import { SimulatedOutage, type SimulatedPorts } from '@trainyard/flow/simulator';
import type { AttemptExecutor, AttemptResult, AttemptTask, ExecutionOptions } from '@trainyard/training-service';

/** Every time an attempt really ran, by job and attempt: an effect outside the platform that must happen once. */
export type Ledger = Map<string, number>;

/** Training in virtual time: takes a while, checkpoints, sometimes fails or hangs, and makes the same bytes for the same job. */
export class SimulatedExecutor implements AttemptExecutor {
  constructor(
    private readonly ports: SimulatedPorts,
    private readonly ledger: Ledger,
  ) {}

  async run(task: AttemptTask, options: ExecutionOptions): Promise<AttemptResult> {
    const { clock, random, artifacts } = this.ports;
    const key = `${task.jobId}/${task.attempt}`;
    this.ledger.set(key, (this.ledger.get(key) ?? 0) + 1);
    if (task.request.dataset.target === 'missing')
      throw Object.assign(new Error('no such column'), { code: 'COLUMN_NOT_FOUND' });
    const iterations = 4;
    for (let iteration = 1; iteration <= iterations; iteration++) {
      await clock.sleep(random.between(20, 400), options.signal);
      if (options.signal.aborted) throw new SimulatedOutage('aborted');
      options.onBeat();
      options.onNote({ type: 'progress', progress: iteration / iterations, iteration, iterations });
      const { digest } = await artifacts.put(Buffer.from(`checkpoint ${task.jobId} ${iteration}`));
      options.onNote({ type: 'checkpoint', digest });
      if (random.chance(0.03)) throw new SimulatedOutage('the worker process ended');
    }
    const { digest } = await artifacts.put(Buffer.from(`model ${task.jobId} ${JSON.stringify(task.request.params)}`));
    if (task.kind === 'job') return { kind: 'job', candidate: candidate(task, digest) };
    const value = Number(task.jobId.split('-t').pop()) / 100;
    return { kind: 'trial', outcome: { value, metrics: { log_loss: value }, seconds: 1 } };
  }
}

function candidate({ jobId, attempt, name, request }: AttemptTask, artifact: string): Candidate {
  const { uri, target } = request.dataset;
  return {
    jobId,
    attempt,
    name,
    experiment: request.experiment,
    tags: request.tags,
    task: 'binary',
    model: String(request.model),
    params: request.params,
    target: target ?? null,
    features: ['x'],
    classes: ['no', 'yes'],
    dataset: {
      hash: 'a'.repeat(64),
      uri: `dataset://${'a'.repeat(64)}`,
      source: uri,
      format: 'csv',
      rows: 10,
      columns: 2,
    },
    artifact,
    holdout: artifact,
    report: artifact,
    trainingMetrics: {},
    trainingSeconds: 1,
    seed: request.seed,
    codeVersion: 'simulated',
    warnings: [],
    gates: request.gates,
    deploy: request.deploy ?? null,
  };
}
