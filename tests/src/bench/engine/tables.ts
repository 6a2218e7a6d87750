import type { Growth } from './growth.js';
import type { Result } from './job.js';
import type { Outcome } from './race.js';

const seconds = (value: number) => (value < 1 ? value.toFixed(3) : value.toFixed(2));
const both = (ours: string, theirs: string) => `${ours} / ${theirs}`;

/** Within 0.3 % of the peer's, or better. Log loss, error and inertia are better when small, accuracy when large. */
export function asGood(name: string, ours: number, theirs: number): boolean {
  return name === 'accuracy' ? ours >= theirs * 0.997 : ours <= theirs * 1.003;
}

/** One line a contest: what was reached, and whether that is what must be. */
export function contestTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ contest, ours, theirs, ratio, ratios }) => {
    const time =
      contest.compares === 'fit'
        ? both(seconds(ours.fit), seconds(theirs.fit))
        : both(seconds(ours.predict), seconds(theirs.predict));
    const scores = Object.keys(ours.scores).map((name) => scoreText(name, ours.scores[name]!, theirs.scores[name]));
    const range = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
    return [
      contest.name,
      contest.peer,
      time,
      `**${ratio.toFixed(2)}** (${range})`,
      contest.bar === undefined ? '' : `<= ${contest.bar}${ratio <= contest.bar ? '' : ' **missed**'}`,
      both(seconds(ours.cpu), seconds(theirs.cpu)),
      `${both(ours.peak.toFixed(0), theirs.peak.toFixed(0))}${ours.peak <= theirs.peak / 2 ? '' : ' (over half)'}`,
      both(ours.fitMemory.toFixed(0), theirs.fitMemory.toFixed(0)),
      scores.join('; '),
    ];
  });
  const heads = [
    'ours',
    'peer',
    'wall s, ours / peer',
    'ratio',
    'bar',
    'CPU s of the fit',
    'peak MiB',
    'of which the fit',
    'score, ours / peer',
  ];
  return table(heads, rows);
}

function scoreText(name: string, ours: number, theirs: number | undefined): string {
  const digits = name === 'inertia' ? 0 : 4;
  if (theirs === undefined) return `${name} ${ours.toFixed(digits)} / -`;
  const verdict = asGood(name, ours, theirs) ? '' : ' **worse**';
  return `${name} ${both(ours.toFixed(digits), theirs.toFixed(digits))}${verdict}`;
}

export function growthTable(steps: readonly Growth[]): string {
  const rows = steps.map(({ rows, cols, threads, model, ours, theirs }) => [
    rows.toLocaleString('en'),
    String(cols),
    String(threads),
    model,
    both(seconds(ours.fit), seconds(theirs.fit)),
    (ours.fit / theirs.fit).toFixed(2),
    both(ours.peak.toFixed(0), theirs.peak.toFixed(0)),
    scoresText(ours, theirs),
  ]);
  const heads = [
    'rows',
    'columns',
    'threads',
    'model',
    'wall s, ours / native',
    'ratio',
    'peak MiB',
    'score, ours / native',
  ];
  return table(heads, rows);
}

const scoresText = (ours: Result, theirs: Result) =>
  Object.keys(ours.scores)
    .map((name) => scoreText(name, ours.scores[name]!, theirs.scores[name]))
    .join('; ');

/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
