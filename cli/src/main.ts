import { CommanderError } from 'commander';
import { describeFailure, type ExitCode } from './failure.js';
import { buildProgram } from './program.js';

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

let exitCode: ExitCode = 0;
try {
  await buildProgram((code) => {
    exitCode = code;
  }).parseAsync();
} catch (error) {
  // Commander has said what is wrong already; its help and version are no failures.
  if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const failure = describeFailure(error);
    process.stderr.write(`trainyard: ${failure.line}\n`);
    exitCode = failure.exitCode;
  }
}
process.exitCode = exitCode;
