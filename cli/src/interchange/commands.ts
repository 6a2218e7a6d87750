import type { Command } from 'commander';
import { type ExportOptions, exportModel } from './export-model.js';
import { type ImportFlags, importModel } from './import-model.js';

/** `export` and `import`: models to and from other libraries' files. */
export function addInterchangeCommands(program: Command): void {
  program
    .command('export')
    .description('write a trained model for other libraries')
    .requiredOption('--model <dir>', 'the folder of a trained model')
    .requiredOption('--format <format>', 'onnx (with its preparation), xgboost (JSON) or lightgbm (text)')
    .requiredOption('--out <file>', 'the file to write')
    .action(async (options: ExportOptions) => exportModel(options));
  program
    .command('import')
    .description('make a model of another library one that predict reads')
    .requiredOption('--format <format>', 'xgboost (JSON) or lightgbm (text)')
    .requiredOption('--model <file>', 'the file that the library saved')
    .requiredOption('--out <dir>', 'the folder to write')
    .option('--names <list>', "feature names in the model's order, with commas; default: the file's")
    .option('--classes <list>', "class names in the model's order, with commas; default: 0,1,...")
    .option('--task <task>', 'binary, multiclass or regression, when the file does not tell')
    .option('--target <name>', 'what it predicts', 'target')
    .action(async (flags: ImportFlags) => importModel(flags));
}
