import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartFiles } from './files.js';

/** Writes charts/trainyard anew. */
const folder = fileURLToPath(new URL('../../charts/trainyard/', import.meta.url));
rmSync(folder, { recursive: true, force: true });
for (const [name, text] of chartFiles()) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
