type Row = Readonly<Record<string, unknown>>;

function cell(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toPrecision(4);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Aligned columns on standard output, named by the keys of the first row. */
export function printRows(rows: readonly Row[]): void {
  if (rows.length === 0) {
    process.stdout.write('none\n');
    return;
  }
  const names = Object.keys(rows[0]!);
  const table = [names.map((name) => name.toUpperCase()), ...rows.map((row) => names.map((name) => cell(row[name])))];
  const widths = names.map((_, j) => Math.max(...table.map((line) => line[j]!.length)));
  for (const line of table)
    process.stdout.write(
      `${line
        .map((text, j) => text.padEnd(widths[j]!))
        .join('  ')
        .trimEnd()}\n`,
    );
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
