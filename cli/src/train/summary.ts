import type { PublicReport } from './report.js';

const MOST_FEATURES = 5;

const round = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(5));

/** What a person wants to see of a finished training. */
export function summary(report: PublicReport): string {
  const { training_metrics: training, data } = report;
  const lines = [
    `${report.model_name}: ${report.task}${report.target === undefined ? '' : ` of "${report.target}"`}, ${data.train} rows to train, ${data.validation} to validate, ${data.test} to test`,
    ...report.decisions.map((decision) => `  ${decision}`),
    ...report.warnings.map((warning) => `  warning: ${warning}`),
    `  fitted in ${training.training_time.toFixed(2)} s, ${training.total_epochs} iterations${training.early_stopped ? ` (best ${training.best_epoch})` : ''}`,
    ...Object.entries(report.test_metrics).map(([name, value]) => `  ${name.padEnd(24)}${round(value)}`),
  ];
  if (report.cross_validation) {
    lines.push(`  over ${report.cross_validation.folds} folds:`);
    for (const [name, { mean, std }] of Object.entries(report.cross_validation.metrics)) {
      lines.push(`  ${name.padEnd(24)}${round(mean)} ± ${round(std)}`);
    }
  }
  for (const gate of report.gates ?? []) lines.push(`  gate ${gate.passed ? 'passed' : 'FAILED'}: ${gate.reason}`);
  const features = Object.keys(report.feature_importance).slice(0, MOST_FEATURES);
  if (features.length > 0) lines.push(`  most important: ${features.join(', ')}`);
  lines.push(`  ${report.artifacts.model}`);
  return `${lines.join('\n')}\n`;
}
