import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LearnError, type LearnErrorCode } from './errors.js';

/** A folder for the files of one test file, removed when its tests are done. */
export function temporaryFiles(): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-data-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

/** A real data file of the npm package vega-datasets. */
export function vegaFile(name: string): string {
  return fileURLToPath(new URL(`../data/${name}`, import.meta.resolve('vega-datasets')));
}

/** Checks for `assert.rejects` and `assert.throws`: this code, and every one of these words in the message. */
export function learnError(code: LearnErrorCode, ...words: string[]): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof LearnError)) throw error;
    if (error.code !== code) throw new Error(`code is ${error.code}, not ${code}: ${error.message}`);
    for (const word of words) {
      if (!error.message.includes(word)) throw new Error(`"${word}" is not in: ${error.message}`);
    }
    return true;
  };
}
