/** Compiles src/assembly to dist/kernels.wasm. The same sources give the same bytes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { unrolledHistograms } from './unroll.mjs';
import { unrolledObliviousHistograms } from './unroll-oblivious.mjs';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));
mkdirSync('src/assembly/boosting/generated', { recursive: true });
mkdirSync('src/assembly/oblivious/generated', { recursive: true });
mkdirSync('dist', { recursive: true });
writeFileSync('src/assembly/boosting/generated/unrolled.ts', unrolledHistograms());
writeFileSync('src/assembly/oblivious/generated/unrolled.ts', unrolledObliviousHistograms());

const { error, stderr } = await asc.main([
  'src/assembly/index.ts',
  ...['--outFile', 'dist/kernels.wasm', '--runtime', 'stub', '--use', 'abort='],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
  ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory', '-O3', '--noAssert'],
]);
if (error) {
  console.error(stderr.toString());
  process.exitCode = 1;
}
