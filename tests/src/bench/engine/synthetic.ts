import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, type Random } from '@trainyard/data';
import { cacheFolder } from '../../infrastructure/paths.js';

/** Data on the disk, as both sides of a contest read it: x.f32 (row-major), classes.f32, values.f32 and meta.json. */
export interface DataFolder {
  readonly folder: string;
  readonly rows: number;
  readonly cols: number;
}

const VERSION = 1;
const CLASSES = 3;

/**
 * Rows in time order whose class (of three) and value depend on a third of the columns, linearly and by interactions, with drift
 * and 6 % flipped labels; a third of the columns are mixtures of those, a third noise. Some are heavy-tailed, some have few
 * distinct values. Made once for each size and kept in the cache.
 */
export async function syntheticData(rows: number, cols: number): Promise<DataFolder> {
  const folder = join(cacheFolder, `bench-engine-${VERSION}-${rows}x${cols}`);
  if (existsSync(folder)) return { folder, rows, cols };
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const { x, classes, values } = generate(rows, cols, createRandom(7));
  const bytes = (array: Float32Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  await writeFile(join(partial, 'x.f32'), bytes(x));
  await writeFile(join(partial, 'classes.f32'), bytes(classes));
  await writeFile(join(partial, 'values.f32'), bytes(values));
  await writeFile(join(partial, 'meta.json'), JSON.stringify({ rows, cols, classes: CLASSES }));
  await rename(partial, folder);
  return { folder, rows, cols };
}

/** What one term adds to a class's score, from up to three informative columns. */
type Term = (row: Float64Array) => number;

function generate(rows: number, cols: number, random: Random) {
  const informative = Math.ceil(cols / 3);
  const mixed = Math.floor(cols / 3);
  const weights = Array.from({ length: CLASSES }, () =>
    Float64Array.from({ length: informative }, () => random.normal() * 0.16),
  );
  const terms = Array.from({ length: CLASSES }, () =>
    Array.from({ length: 14 }, (_, t) => termOf(t, informative, random)),
  );
  const mixtures = Array.from({ length: mixed }, () => mixtureOf(informative, random));
  const place = random.shuffle(Uint32Array.from({ length: cols }, (_, j) => j));
  const x = new Float32Array(rows * cols);
  const classes = new Float32Array(rows);
  const values = new Float32Array(rows);
  const latent = new Float64Array(informative);
  const scores = new Float64Array(CLASSES);
  for (let i = 0; i < rows; i++) {
    step(latent, random);
    const time = (2 * i) / rows - 1;
    for (let k = 0; k < CLASSES; k++) {
      let sum = 0.4 * time * latent[k % informative]!;
      for (let j = 0; j < informative; j++) sum += weights[k]![j]! * latent[j]!;
      for (const term of terms[k]!) sum += term(latent);
      scores[k] = sum;
    }
    values[i] = scores[0]! - scores[1]! + 0.8 * random.normal();
    classes[i] = labelOf(scores, random);
    const put = (j: number, value: number) => {
      x[i * cols + place[j]!] = value;
    };
    for (let j = 0; j < informative; j++) put(j, shaped(j, latent[j]!));
    for (let j = 0; j < mixed; j++) put(informative + j, mixtures[j]!(latent) + 0.3 * random.normal());
    for (let j = informative + mixed; j < cols; j++) {
      put(j, j >= cols - 5 && cols > 20 ? random.integer(7) : random.normal());
    }
  }
  return { x, classes, values };
}

/** The next row's informative columns: a sixth follow their last value closely, a sixth loosely, the rest not at all. */
function step(latent: Float64Array, random: Random): void {
  const sixth = latent.length / 6;
  for (let j = 0; j < latent.length; j++) {
    const memory = j < sixth ? 0.9 : j < 2 * sixth ? 0.5 : 0;
    latent[j] = memory * latent[j]! + Math.sqrt(1 - memory * memory) * random.normal();
  }
}

function termOf(t: number, informative: number, random: Random): Term {
  const [a, b, c] = [random.integer(informative), random.integer(informative), random.integer(informative)];
  const size = random.normal() * 0.75;
  if (t % 4 === 0) return (row) => size * row[a]! * row[b]!;
  if (t % 4 === 1) return (row) => size * (row[a]! > 0.3 && row[b]! < 0.5 ? 1.3 : -0.4);
  if (t % 4 === 2) return (row) => size * Math.sin(2 * row[a]!) * Math.tanh(row[c]!);
  return (row) => (row[c]! > 0 ? size * Math.abs(row[a]! - 0.5 * row[b]!) : 0);
}

function mixtureOf(informative: number, random: Random): Term {
  const parts = Array.from({ length: Math.max(1, Math.round(informative * 0.08)) }, () => ({
    column: random.integer(informative),
    weight: random.normal(),
  }));
  return (row) => parts.reduce((sum, { column, weight }) => sum + weight * row[column]!, 0);
}

/** Every twelfth informative column is heavy-tailed, another twelfth has few distinct values. */
function shaped(j: number, value: number): number {
  if (j % 12 === 0) return Math.exp(value);
  return j % 12 === 6 ? Math.round(value * 3) : value;
}

function labelOf(scores: Float64Array, random: Random): number {
  if (random.next() < 0.06) return random.integer(CLASSES);
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < CLASSES; k++) {
    const noisy = scores[k]! - 0.6 * Math.log(-Math.log(Math.max(random.next(), 1e-12)));
    if (noisy > most) [most, best] = [noisy, k];
  }
  return best;
}
