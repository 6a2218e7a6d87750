// Makes late-arrivals.csv from flights-3m.parquet of vega-datasets: node examples/flights/make.mjs
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const ROWS = 15_000;
const source = fileURLToPath(new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url));
const target = fileURLToPath(new URL('./late-arrivals.csv', import.meta.url));
const text = (path) => `'${path.replaceAll("'", "''")}'`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();

// The source's time is that of the actual departure. To know only what was known before it, a late flight is put back
// by its delay, and the hour is rounded, so that minutes cannot tell late flights from others.
await connection.run(`
  CREATE TABLE flights AS
  SELECT
    date_trunc('hour', CASE WHEN delay > 15 THEN date - to_minutes(delay) ELSE date END + INTERVAL 30 MINUTE) AS scheduled,
    CAST(scheduled AS DATE) AS day, origin, destination, distance, delay > 15 AS late
  FROM ${text(source)}`);

// Shares of late arrivals on days that were over before the flight: yesterday, or the seven days before.
const history = (key, days) => `
  SELECT ${key}, day,
    sum(sum(late::INT)) OVER past / sum(count(*)) OVER past AS share
  FROM flights GROUP BY ${key}, day
  WINDOW past AS (PARTITION BY ${key} ORDER BY day RANGE BETWEEN INTERVAL ${days} DAY PRECEDING AND INTERVAL 1 DAY PRECEDING)`;

await connection.run(`
  COPY (
    SELECT * FROM (
      SELECT
        f.day AS date, strftime(f.day, '%a') AS day_of_week, hour(f.scheduled) AS hour,
        f.origin, f.destination, f.distance,
        round(o.share, 3) AS origin_late_yesterday,
        round(d.share, 3) AS destination_late_yesterday,
        round(r.share, 3) AS route_late_last_week,
        CASE WHEN f.late THEN 'yes' ELSE 'no' END AS late
      FROM (SELECT *, row_number() OVER (PARTITION BY scheduled, origin, destination ORDER BY distance, late) AS number FROM flights) f
      LEFT JOIN (${history('origin', 1)}) o ON o.origin = f.origin AND o.day = f.day
      LEFT JOIN (${history('destination', 1)}) d ON d.destination = f.destination AND d.day = f.day
      LEFT JOIN (${history('origin, destination', 7)}) r
        ON r.origin = f.origin AND r.destination = f.destination AND r.day = f.day
      -- The first week has no history; the few departures at night are mostly delayed ones of the evening.
      WHERE f.day BETWEEN DATE '2001-01-08' AND DATE '2001-06-30' AND hour(f.scheduled) BETWEEN 6 AND 23
      ORDER BY md5(concat_ws('|', f.scheduled, f.origin, f.destination, f.number))
      LIMIT ${ROWS}
    ) ORDER BY date, hour, origin, destination, late
  ) TO ${text(target)} (FORMAT csv, HEADER true)`);
