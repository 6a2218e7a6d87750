import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { GateResult } from '@trainyard/validation';
import { encodeBundle, encodeHoldout, type TrainRequest, type TrainResult } from '@trainyard/workflow';
import { stringify } from 'yaml';
import { type PublicReport, publicReport, type RunLabel } from './report.js';

/** The file in a model's folder that `predict --model` reads. */
export const BUNDLE_FILE = 'model.trainyard';

const fileSafe = (text: string) => text.replace(/[^\p{L}\p{N}._-]+/gu, '_');
const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** The folder of one run: `DIR/runs/<run_id>/` with models, reports and the request that made them. */
export class RunFolder {
  readonly path: string;

  constructor(out: string, now: Date = new Date()) {
    const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
    this.path = resolve(out, 'runs', `${stamp}-${randomBytes(3).toString('hex')}`);
  }

  /** Writes all of one trained model and returns its report. */
  async add(
    result: TrainResult,
    request: TrainRequest,
    label: RunLabel,
    gates: readonly GateResult[],
  ): Promise<PublicReport> {
    const { report, bundle, holdout } = result;
    const model = join(this.path, 'models', fileSafe(`${report.model}_${label.symbol}_h${label.horizon}`));
    const reports = join(this.path, 'reports');
    await mkdir(model, { recursive: true });
    await mkdir(reports, { recursive: true });
    const artifacts = {
      run: this.path,
      model,
      report: join(reports, `${report.model}_report.json`),
      ...(report.curves ? { curves: join(reports, `${report.model}_curves.json`) } : {}),
      config: join(this.path, 'config.yaml'),
      feature_names: join(this.path, 'feature_names.txt'),
    };
    const shown = publicReport(report, label, gates, artifacts);
    await writeFile(join(model, BUNDLE_FILE), encodeBundle(bundle));
    await writeFile(join(model, 'holdout.trainyard'), encodeHoldout(holdout));
    await writeFile(artifacts.report, json(shown));
    if (artifacts.curves) await writeFile(artifacts.curves, json(report.curves));
    await writeFile(artifacts.config, stringify(request));
    await writeFile(artifacts.feature_names, `${report.features.join('\n')}\n`);
    return shown;
  }
}
