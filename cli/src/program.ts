import { Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from './failure.js';
import { UsageError } from './failure.js';
import { addInterchangeCommands } from './interchange/commands.js';
import { type PredictOptions, predict } from './predict/predict.js';
import { addRemoteCommands } from './remote/commands.js';
import { trainRemote } from './remote/train-remote.js';
import { printModels } from './train/list-models.js';
import { type TrainOptions, trainLocal } from './train/train-local.js';

const collect = (value: string, before: readonly string[]) => [...before, value];

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`must be a whole number >= ${least}.`);
  };
}

function probability(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError('must be a probability between 0 and 1, such as 0.9.');
}

interface TrainFlags extends TrainOptions {
  readonly listModels?: boolean;
  readonly server?: string;
}

/** The whole command line. `done` gets the exit code of the command that ran. */
export function buildProgram(done: (exitCode: ExitCode) => void): Command {
  const program = new Command('trainyard')
    .description('Train models from files and predict with them, here or on a running platform.')
    .version('0.1.0')
    .showHelpAfterError('(trainyard --help shows the options)')
    .exitOverride();
  addTrain(program, done);
  program
    .command('predict')
    .description('predict every row of a file with a trained model')
    .requiredOption('--model <dir>', 'the folder of a trained model')
    .requiredOption('--data <file>', 'CSV, Parquet, JSON lines or Arrow')
    .option('--out <file>', 'where to write (.csv or .jsonl); default: CSV on standard output')
    .option('--interval <p>', 'also the interval that holds the truth with this probability, such as 0.9', probability)
    .action(async (options: PredictOptions) => predict(options));
  addInterchangeCommands(program);
  addRemoteCommands(program, done);
  return program;
}

function addTrain(program: Command, done: (exitCode: ExitCode) => void): void {
  program
    .command('train')
    .description('train a model')
    .option('--data <file>', 'CSV, Parquet, JSON lines or Arrow')
    .option('--target <column>', 'the column to predict; clustering and anomaly detection need none')
    .option('--model <name>', 'a model, auto, or all that do the task (see --list-models)')
    .option('--task <task>', 'auto, binary, multiclass, regression, forecast, clustering or anomaly')
    .option(
      '--horizon <n>',
      'rows between a window and what it foretells, or steps of a forecast; without --seq-len it labels the run',
      wholeNumber(0),
    )
    .option('--seq-len <n>', 'rows of the windows of sequence models', wholeNumber(1))
    .option('--symbol <name>', 'labels the run')
    .option('--config <file>', 'YAML with fields of the request; may be given several times', collect, [])
    .option('--set <field=value>', 'one field, such as params.max_depth=6; may be given several times', collect, [])
    .option('--out <dir>', 'where runs/<run_id>/ is written', '.')
    .option('--seed <n>', 'seed of everything random', wholeNumber(0))
    .option('--threads <n>', 'threads of the fit', wholeNumber(1))
    .option('--json', 'print the report alone on standard output')
    .option('--list-models', 'list the models and stop')
    .option('--server <url>', 'train on a running platform')
    .action(async (flags: TrainFlags) => {
      if (flags.listModels) return printModels(flags.json === true);
      if (flags.server !== undefined && flags.out !== '.')
        throw new UsageError('--out writes local runs: leave it out with --server.');
      done(flags.server === undefined ? await trainLocal(flags) : await trainRemote(flags.server, flags));
    });
}
