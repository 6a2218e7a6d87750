import type { Command } from 'commander';
import type { ExitCode } from '../failure.js';
import { printJson } from '../print.js';
import { Client } from './client.js';
import { getDataset, getProfile, listDatasets, uploadDataset } from './datasets.js';
import { cancelJob, getJob, listJobs, watchJob } from './jobs.js';
import { getModel, listModels, listVersions, stageModel } from './models.js';

interface Flags {
  readonly server: string;
  readonly json?: boolean;
  readonly reason: string;
}

const DEFAULT_SERVER = process.env.TRAINYARD_SERVER ?? 'http://127.0.0.1:8080';

/** `jobs`, `models` and `datasets`, which talk to a running platform. */
export function addRemoteCommands(program: Command, done: (exitCode: ExitCode) => void): void {
  const command = (parent: Command, usage: string, description: string) =>
    parent
      .command(usage)
      .description(description)
      .option('--server <url>', 'the platform', DEFAULT_SERVER)
      .option('--json', 'print JSON');
  const client = (flags: Flags) => new Client(flags.server);

  const jobs = program.command('jobs').description('trainings on a running platform');
  command(jobs, 'list', 'all jobs, newest first').action((flags: Flags) =>
    listJobs(client(flags), flags.json === true),
  );
  command(jobs, 'get <job>', 'one job').action((job: string, flags: Flags) => getJob(client(flags), job));
  command(jobs, 'watch <job>', 'follow a job to its end').action(async (job: string, flags: Flags) =>
    done(await watchJob(client(flags), job)),
  );
  command(jobs, 'cancel <job>', 'cancel a job').action((job: string, flags: Flags) => cancelJob(client(flags), job));

  const models = program.command('models').description('registered models');
  command(models, 'list', 'all models').action((flags: Flags) => listModels(client(flags), flags.json === true));
  command(models, 'get <model>', 'one model, by id or name').action((model: string, flags: Flags) =>
    getModel(client(flags), model),
  );
  command(models, 'versions <model>', 'its versions').action((model: string, flags: Flags) =>
    listVersions(client(flags), model),
  );
  command(
    models,
    'stage <model> <version> <stage>',
    'move a version to Development, Staging, Production, Deprecated or Archived',
  )
    .option('--reason <text>', 'why', 'moved from the command line')
    .action((model: string, version: string, stage: string, flags: Flags) =>
      stageModel(client(flags), model, version, stage, flags.reason),
    );

  const datasets = program.command('datasets').description('registered data sets');
  command(datasets, 'list', 'all data sets').action((flags: Flags) => listDatasets(client(flags), flags.json === true));
  command(datasets, 'get <dataset>', 'one data set').action((id: string, flags: Flags) =>
    getDataset(client(flags), id),
  );
  command(datasets, 'profile <dataset>', 'what its columns hold').action((id: string, flags: Flags) =>
    getProfile(client(flags), id),
  );
  command(datasets, 'upload <file>', 'register a file').action(async (file: string, flags: Flags) =>
    printJson(await uploadDataset(client(flags), file)),
  );
}
