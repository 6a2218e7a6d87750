// Turns schemas/ into the committed TypeScript, the released schemas and the golden messages of @trainyard/contracts.
//
//   node libs/platform/contracts/generate.mjs           writes what changed
//   node libs/platform/contracts/generate.mjs --check   changes nothing; lists what is stale and exits 1
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { goldenFiles } from './generator/golden.mjs';
import { release } from './generator/release.mjs';
import { readEvents } from './generator/sources.mjs';
import { eventsModule, schemasModule } from './generator/typescript.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const schemas = path.resolve(here, '../../../schemas');
const golden = path.join(here, 'fixtures/golden');

const events = readEvents(schemas);
const { ids, released } = release(schemas, events);

/** Path -> content. A released schema and its golden message are never rewritten, only added. */
const files = new Map([
  [path.join(schemas, 'ids.json'), `${JSON.stringify(ids, null, 2)}\n`],
  [path.join(here, 'src/generated/events.ts'), eventsModule(events)],
  [path.join(here, 'src/generated/schemas.ts'), schemasModule(released)],
]);
for (const { id, schema } of released) {
  addOnce(path.join(schemas, 'released', `${id}.avsc`), `${JSON.stringify(schema, null, 2)}\n`);
}
for (const [name, content] of goldenFiles(released)) addOnce(path.join(golden, name), content);

const stale = [...files].filter(
  ([file, content]) => !existsSync(file) || !readFileSync(file).equals(Buffer.from(content)),
);
const names = stale.map(([file]) => path.relative(path.resolve(here, '../../..'), file));
if (process.argv.includes('--check')) {
  if (stale.length > 0) {
    console.error(`stale, run node libs/platform/contracts/generate.mjs:\n  ${names.join('\n  ')}`);
    process.exit(1);
  }
} else {
  for (const [file, content] of stale) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  console.log(stale.length === 0 ? 'nothing changed' : `wrote\n  ${names.join('\n  ')}`);
}

function addOnce(file, content) {
  if (!existsSync(file)) files.set(file, content);
}
