import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allRows, encodeTarget, readTable } from '@trainyard/data';
import { fitPipeline } from '@trainyard/features';
import { cacheFolder } from '../../infrastructure/paths.js';
import { flightsFile } from '../spine/flights.js';

/** Three million real flights as both sides read them: numbers, and codes in the columns of `categorical`. */
export interface FlightsData {
  readonly folder: string;
  readonly rows: number;
  readonly cols: number;
  readonly categorical: readonly number[];
}

/** Prepared by our pipeline as `trainyard train` does, and written down once; late flights are class 2. */
export async function flightsData(): Promise<FlightsData> {
  const folder = join(cacheFolder, 'bench-engine-flights-1');
  const table = await readTable(await flightsFile());
  const features = table.columns.map(({ name }) => name).filter((name) => name !== 'late' && name !== 'date');
  const rows = allRows(table.rows);
  const preprocessing = { categories: 'ordinal', acceptsMissing: true, scaling: 'none' } as const;
  const x = fitPipeline(table, rows, { features, preprocessing }).transform(table, rows);
  const categorical = x.names.map((_, j) => j).filter((j) => x.categorical?.[j]);
  const described = { folder, rows: x.rows, cols: x.cols, categorical };
  if (existsSync(folder)) return described;
  const target = table.columns.find(({ name }) => name === 'late')!;
  const { y } = encodeTarget(target, 'binary');
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const bytes = (array: Float32Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  await writeFile(join(partial, 'x.f32'), bytes(x.data));
  await writeFile(join(partial, 'classes.f32'), bytes(Float32Array.from(y, (value) => value * 2)));
  await writeFile(join(partial, 'meta.json'), JSON.stringify({ rows: x.rows, cols: x.cols, classes: 2 }));
  await rename(partial, folder);
  return described;
}
