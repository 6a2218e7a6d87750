// npm run bench -- <name> [options]: prepares the checkout and runs one bench of tests/src/bench.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const folder = path.join(root, 'tests/dist/bench');
const [name = '', ...options] = process.argv.slice(2);
const file = path.join(folder, `${name}.js`);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(folder)
    .filter((entry) => entry.endsWith('.js'))
    .map((entry) => entry.slice(0, -'.js'.length));
  console.error(`Usage: npm run bench -- <name> [options]; the names are ${names.join(', ')}`);
  process.exit(2);
}
const done = spawnSync(process.execPath, [file, ...options], { cwd: root, stdio: 'inherit' });
process.exit(done.status ?? 1);
