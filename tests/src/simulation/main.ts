import { parseArgs } from 'node:util';
import { type SimulationResult, simulate } from './simulate.js';

/** npm run simulate -- --seeds N [--from S]: any number of seeds; a failing one is named and can be run alone. */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, from: { type: 'string', default: '1' } },
});
const [count, from] = [Number(values.seeds), Number(values.from)];
const started = performance.now();
const totals: Record<string, number> = {};
const failed: number[] = [];
for (let seed = from; seed < from + count; seed++) {
  try {
    add(await simulate(seed));
  } catch (error) {
    failed.push(seed);
    console.error((error as Error).message);
  }
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${count} seeds in ${seconds.toFixed(1)} s (${((count / seconds) * 3600).toFixed(0)} an hour): ${JSON.stringify(totals)}`,
);
console.log(
  failed.length === 0
    ? 'every invariant held'
    : `FAILED seeds: ${failed.join(', ')}; run one with --from SEED --seeds 1`,
);
process.exit(failed.length === 0 ? 0 : 1);

function add({ steps, struck, refusals, jobs }: SimulationResult): void {
  for (const [name, value] of Object.entries({ steps, refusals, ...struck, ...jobs }))
    totals[name] = (totals[name] ?? 0) + value;
}
