// Runs the compiled tests of every lane and prints what failed, what was skipped and why, and the counts.
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { root, testFiles } from './prepare.mjs';

/** Lanes run one after the other; within a lane, files run side by side where they do not disturb each other. */
const lanes = [
  { name: 'libraries', files: testFiles('libs'), concurrency: 2 },
  { name: 'services', files: testFiles('services', 'embedded', 'cli'), concurrency: 2 },
  { name: 'charts', files: testFiles('deploy'), concurrency: 2 },
  { name: 'simulation', files: testFiles('tests/dist/simulation'), concurrency: 1 },
  {
    name: 'interop',
    files: testFiles('tests/dist/interop', 'tests/dist/infrastructure', 'tests/dist/bench'),
    concurrency: 1,
  },
  {
    name: 'end-to-end',
    files: testFiles('tests/dist/end-to-end', 'tests/dist/console', 'tests/dist/docker'),
    concurrency: 1,
  },
  { name: 'observability', files: testFiles('tests/dist/observability'), concurrency: 1 },
  { name: 'chaos', files: testFiles('tests/dist/chaos'), concurrency: 1 },
  { name: 'cluster', files: testFiles('tests/dist/cluster'), concurrency: 1, onlyWhenNamed: true },
  { name: 'keda', files: testFiles('tests/dist/keda'), concurrency: 1, onlyWhenNamed: true },
];

const wanted = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = new Map();
const isWanted = ({ name, onlyWhenNamed }) => (wanted.length === 0 ? !onlyWhenNamed : wanted.includes(name));
for (const lane of lanes.filter(isWanted)) await runLane(lane);

for (const [reason, count] of skips) console.log(`skipped: ${count} x ${reason}`);
for (const { name, file, error } of failures) console.log(`\nFAILED ${name}\n  ${file}\n${error}`);
const line = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
if (process.env.TEST_COUNTS_FILE) appendFileSync(process.env.TEST_COUNTS_FILE, `${line}\n`);
console.log(line);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runLane({ name, files, concurrency }) {
  if (files.length === 0) return;
  const started = performance.now();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const stream = run({ files, concurrency, timeout: 1_800_000 });
  stream.on('test:pass', (event) => count(event, counts));
  stream.on('test:fail', (event) => count(event, counts));
  stream.on('test:stderr', ({ message }) => process.env.TEST_VERBOSE && process.stderr.write(message));
  for await (const _ of stream);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${files.length} files, ${seconds} s`,
  );
  for (const key of Object.keys(total)) total[key] += counts[key];
}

/** Counts tests, not the suites around them; a file that dies counts as one failure. */
function count({ name, file, skip, details, nesting }, counts) {
  if (details.type === 'suite') return;
  const isFile = nesting === 0 && file && path.resolve(name) === file;
  if (skip !== undefined) {
    counts.skipped++;
    const reason = typeof skip === 'string' ? skip : name;
    skips.set(reason, (skips.get(reason) ?? 0) + 1);
  } else if (details.error) {
    if (details.error.failureType === 'subtestsFailed') return;
    counts.failed++;
    const error = details.error.cause?.stack ?? details.error.cause ?? details.error.stack ?? details.error;
    failures.push({ name, file: path.relative(root, file ?? ''), error: String(error).slice(0, 4000) });
  } else if (!isFile) {
    counts.passed++;
  }
}
