import { Agent, request } from 'node:http';
import { summarize } from '../report/statistics.js';
import type { Load, LoadResult } from './load.js';

/**
 * The body of the load generator's process. Requests leave by a fixed schedule, whether or not earlier ones were answered, and
 * each latency counts from the moment the request was due: a slow server cannot slow its own measurement down.
 */
const { url, body, rate, seconds } = JSON.parse(process.argv[2] as string) as Load;
const GRACE_MS = 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
const total = Math.round(rate * seconds);
const start = performance.now() + 100;
const dueAt = (i: number) => start + (i * 1000) / rate;
const latencies: number[] = [];
const lateness: number[] = [];
const failures = new Map<string, number>();
let sent = 0;

function send(due: number): Promise<void> {
  lateness.push(performance.now() - due);
  return new Promise((resolve) => {
    const failed = (reason: string) => {
      failures.set(reason, (failures.get(reason) ?? 0) + 1);
      resolve();
    };
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.once('error', (error) => failed(error.message));
      response.once('end', () => {
        if (response.statusCode !== 200) return failed(`status ${response.statusCode}`);
        latencies.push(performance.now() - due);
        resolve();
      });
    });
    call.once('error', (error) => failed(error.message));
    call.end(body);
  });
}

const pending: Promise<void>[] = [];
await new Promise<void>((resolve) => {
  const tick = () => {
    for (const now = performance.now(); sent < total && dueAt(sent) <= now; sent++) pending.push(send(dueAt(sent)));
    if (sent === total) resolve();
    else setTimeout(tick, dueAt(sent) - performance.now());
  };
  tick();
});
await Promise.race([Promise.all(pending), new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())]);
const answered = latencies.length;
const refused = [...failures.values()].reduce((sum, count) => sum + count, 0);
if (total > answered + refused) failures.set('no answer', total - answered - refused);
const result: LoadResult = {
  sent: total,
  latency: summarize(latencies),
  lateness: summarize(lateness),
  failures: Object.fromEntries(failures),
};
process.stdout.write(JSON.stringify(result), () => process.exit(0));
