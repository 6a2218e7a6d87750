import { availableParallelism } from 'node:os';
import { basename, extname } from 'node:path';
import { type DataFormat, readTable, type Table } from '@trainyard/data';
import { checkGates } from '@trainyard/validation';
import { datasetPath, type TrainRequest, type TrainResult, trainModel } from '@trainyard/workflow';
import { describeFailure, type ExitCode, UsageError } from '../failure.js';
import { modelsFor } from './models-for.js';
import { ProgressLine } from './progress-line.js';
import type { PublicReport } from './report.js';
import { buildRequest, type RequestOptions } from './request.js';
import { RunFolder } from './run-folder.js';
import { summary } from './summary.js';

export interface TrainOptions extends RequestOptions {
  readonly out: string;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Only a server searches, deploys and schedules; here these fields would do nothing, so they are refused. */
function refuseServerFields(request: TrainRequest): void {
  for (const field of ['search', 'deploy'] as const) {
    if (request[field] != null)
      throw new UsageError(`${field} needs a running platform: add --server URL, or leave it out.`);
  }
  for (const field of ['memoryMb', 'timeoutSeconds'] as const) {
    if (request.resources?.[field] != null)
      throw new UsageError(`resources.${field} needs a running platform: add --server URL.`);
  }
}

/** Trains in this process and writes the run's folder. One report, or an array of them for several models. */
export async function trainLocal(options: TrainOptions): Promise<ExitCode> {
  const asked = await buildRequest(options);
  refuseServerFields(asked);
  const { horizon, symbol, ...request } = asked;
  const path = datasetPath(request.dataset.uri);
  const label = { symbol: symbol ?? basename(path, extname(path)), horizon: horizon ?? 0 };
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const format = request.dataset.format as DataFormat | undefined;
  const started = performance.now();
  const table = await readTable(path, { signal: controller.signal, ...(format ? { format } : {}) });
  const readSeconds = (performance.now() - started) / 1000;
  const names = modelsFor(request, table);
  const folder = new RunFolder(options.out);
  const reports: PublicReport[] = [];
  let exitCode: ExitCode = 0;
  for (const name of names) {
    // Without windows the horizon only labels the run.
    const ahead = request.seqLen == null || horizon == null ? {} : { horizon };
    const single = { ...request, ...ahead, model: name };
    try {
      const result = await fit(single, table, options, controller.signal);
      const gates = checkGates(request.gates ?? [], result.report.metrics);
      const report = { ...result.report, seconds: { ...result.report.seconds, read: readSeconds } };
      const shown = await folder.add(
        { ...result, report },
        { ...single, ...(horizon == null ? {} : { horizon }), ...(symbol == null ? {} : { symbol }) },
        label,
        gates.results,
      );
      reports.push(shown);
      if (!options.json) process.stdout.write(summary(shown));
    } catch (error) {
      if (names.length === 1 || controller.signal.aborted) throw error;
      const failure = describeFailure(error);
      process.stderr.write(`${name}: ${failure.line}\n`);
      exitCode = failure.exitCode;
    }
  }
  if (options.json)
    process.stdout.write(
      `${JSON.stringify(asked.model === 'all' || names.length > 1 ? reports : reports[0], null, 2)}\n`,
    );
  return exitCode;
}

async function fit(
  request: TrainRequest,
  table: Table,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<TrainResult> {
  const line = new ProgressLine(String(request.model));
  try {
    return await trainModel(request, {
      table,
      signal,
      threads: options.threads ?? request.resources?.threads ?? availableParallelism(),
      onProgress: (progress) => line.show(progress),
    });
  } finally {
    line.end();
  }
}
