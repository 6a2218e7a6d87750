import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';

const repository = new URL('../../../', import.meta.url);
const path = (relative: string) => fileURLToPath(new URL(relative, repository));

/** Real data: the bundled example sets, and those of the vega-datasets package. */
export const files = {
  penguins: path('examples/penguins/penguins.csv'),
  lateArrivals: path('examples/flights/late-arrivals.csv'),
  flights200k: path('node_modules/vega-datasets/data/flights-200k.arrow'),
  flights3m: path('node_modules/vega-datasets/data/flights-3m.parquet'),
  seattleWeather: path('node_modules/vega-datasets/data/seattle-weather.csv'),
  movies: path('node_modules/vega-datasets/data/movies.json'),
  cars: path('node_modules/vega-datasets/data/cars.json'),
  sp500: path('node_modules/vega-datasets/data/sp500-2000.csv'),
};

/** Writes what a query selects to a file, in the format of its extension (csv or parquet). */
export async function write(query: string, target: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const format = target.endsWith('.csv') ? 'csv, HEADER true' : 'parquet';
  await connection.run(`COPY (${query}) TO ${quote(target)} (FORMAT ${format})`);
  connection.closeSync();
  instance.closeSync();
  return target;
}

/** flights-200k.arrow with what can be known before departure, and whether the flight arrived late (> 15 minutes). */
export async function writeLateFlights(target: string): Promise<string> {
  const source = tableFromIPC(await readFile(files.flights200k));
  const columnOf = (name: string) => source.getChild(name)?.toArray() as Int16Array | Float32Array;
  const late = Array.from(columnOf('delay'), (delay) => (delay > 15 ? 'late' : 'on time'));
  const table = tableFromArrays({ distance: columnOf('distance'), time: columnOf('time'), late });
  await writeFile(target, tableToIPC(table, 'file'));
  return target;
}

export const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
