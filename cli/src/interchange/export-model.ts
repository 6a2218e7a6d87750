import { writeFile } from 'node:fs/promises';
import { toLightGBMText, toOnnx, toXGBoostJson } from '@trainyard/interchange';
import { type Bundle, decodeBundle } from '@trainyard/workflow';
import { UsageError } from '../failure.js';
import { findBundle } from '../predict/find-bundle.js';

export interface ExportOptions {
  readonly model: string;
  readonly format: string;
  readonly out: string;
}

/** What each format writes of a bundle. */
const FORMATS: Readonly<Record<string, (bundle: Bundle) => string | Uint8Array>> = {
  onnx: ({ model, ...about }) => toOnnx({ ...about, artifact: model.save() }),
  xgboost: ({ model }) => toXGBoostJson(model.save()),
  lightgbm: ({ model }) => toLightGBMText(model.save()),
};

/** Writes a trained model in another library's format. ONNX holds its preparation too; trees alone take the prepared columns. */
export async function exportModel({ model, format, out }: ExportOptions): Promise<void> {
  const write = FORMATS[format];
  if (write === undefined || !Object.hasOwn(FORMATS, format)) {
    throw new UsageError(`--format must be one of ${Object.keys(FORMATS).join(', ')}, not "${format}".`);
  }
  const bundle = decodeBundle(await findBundle(model));
  await writeFile(out, write(bundle));
  const takes =
    format === 'onnx'
      ? `takes the raw columns ${bundle.pipeline
          .describeInputs()
          .map(({ name }) => name)
          .join(', ')}`
      : `holds the trees alone and takes the prepared columns ${bundle.pipeline.names.join(', ')} (categories as codes)`;
  process.stderr.write(`written to ${out}; it ${takes}\n`);
}
