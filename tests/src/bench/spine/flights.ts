import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { cacheFolder } from '../../infrastructure/paths.js';
import { inRepository } from './repository.js';

const FILE = 'flights-3m-late-1.parquet';
const text = (path: string) => `'${path.replaceAll("'", "''")}'`;

/**
 * All flights of vega-datasets' flights-3m.parquet with what is known of each before departure and whether it arrives more than
 * 15 minutes late. Made once and kept in the cache. The same columns as examples/flights, without its choice of rows.
 */
export async function flightsFile(): Promise<string> {
  const file = join(cacheFolder, FILE);
  if (existsSync(file)) return file;
  await mkdir(cacheFolder, { recursive: true });
  const source = text(inRepository('node_modules/vega-datasets/data/flights-3m.parquet'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // The source's time is that of the actual departure: a late flight is put back by its delay, and minutes are left out.
  await connection.run(`
    CREATE TABLE flights AS
    SELECT
      date_trunc('hour', CASE WHEN delay > 15 THEN date - to_minutes(delay) ELSE date END + INTERVAL 30 MINUTE) AS scheduled,
      CAST(scheduled AS DATE) AS day, origin, destination, distance, delay > 15 AS late
    FROM ${source}`);
  const partial = `${file}.${process.pid}`;
  await connection.run(`
    COPY (
      SELECT
        f.day AS date, strftime(f.day, '%a') AS day_of_week, hour(f.scheduled) AS hour, f.origin, f.destination, f.distance,
        o.share AS origin_late_yesterday, d.share AS destination_late_yesterday, r.share AS route_late_last_week,
        CASE WHEN f.late THEN 'yes' ELSE 'no' END AS late
      FROM flights f
      LEFT JOIN (${history('origin', 1)}) o ON o.origin = f.origin AND o.day = f.day
      LEFT JOIN (${history('destination', 1)}) d ON d.destination = f.destination AND d.day = f.day
      LEFT JOIN (${history('origin, destination', 7)}) r
        ON r.origin = f.origin AND r.destination = f.destination AND r.day = f.day
      ORDER BY f.scheduled, f.origin, f.destination, f.distance, f.late
    ) TO ${text(partial)} (FORMAT parquet)`);
  connection.closeSync();
  await rename(partial, file);
  return file;
}

/** Shares of late arrivals on the days before: yesterday, or the seven days before. */
const history = (key: string, days: number) => `
  SELECT ${key}, day, sum(sum(late::INT)) OVER past / sum(count(*)) OVER past AS share
  FROM flights GROUP BY ${key}, day
  WINDOW past AS (PARTITION BY ${key} ORDER BY day RANGE BETWEEN INTERVAL ${days} DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)`;
