import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Measurement } from './measurement.js';

/** A measurement with the machine's load just before it. */
export interface Row extends Measurement {
  readonly load: string;
}

const TITLE = '# Benchmarks\n\nMeasured by `npm run bench -- <name>`, which rewrites its own section here.\n';
const heads = ['figure', 'target', 'measured', 'load before'];

/** A Markdown table, aligned for terminals too. */
export function tableOf(rows: readonly Row[]): string {
  const cells = [heads, ...rows.map(({ figure, target, measured, load }) => [figure, target, measured, load])];
  const escaped = cells.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = heads.map((_, column) => Math.max(...escaped.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = escaped;
  return [line(head), rule, ...body.map(line)].join('\n');
}

/** Puts a section in place of the one of the same name, or at the end; leaves all others as they are. */
export function withSection(document: string, name: string, body: string): string {
  const section = `## ${name}\n\n${body.trim()}\n`;
  const sections = document.split(/^(?=## )/m);
  const found = sections.findIndex((text) => text.startsWith(`## ${name}\n`));
  if (found < 0) sections.push(section);
  else sections[found] = section;
  return `${sections.map((text) => text.trim()).join('\n\n')}\n`;
}

export function writeSection(file: string, name: string, body: string): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : TITLE;
  writeFileSync(file, withSection(before, name, body));
}
