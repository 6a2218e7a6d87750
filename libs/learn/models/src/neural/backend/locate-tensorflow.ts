import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const resolve = createRequire(import.meta.url).resolve;

/** The file of the native binding, or undefined where there is none. `gpu`: the one that uses CUDA. */
export function locateTensorFlow(gpu: boolean): string | undefined {
  return fromPackage(gpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node') ?? fromSetUp(gpu);
}

/** What the npm package brings when its own download of libtensorflow went well. */
function fromPackage(name: string): string | undefined {
  try {
    const lib = join(dirname(resolve(`${name}/package.json`)), 'lib');
    const versions = readdirSync(lib).filter((folder) => /^napi-v\d+$/.test(folder));
    return versions.map((folder) => join(lib, folder, 'tfjs_binding.node')).find((file) => existsSync(file));
  } catch {
    return undefined;
  }
}

/** What `npm run setup:tensorflow` has built: in .cache of the checkout, or of whatever folder this package lies under. */
function fromSetUp(gpu: boolean): string | undefined {
  const start = gpu ? /^tensorflow-gpu-[\d.]+$/ : /^tensorflow-[\d.]+$/;
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const cache = join(folder, '.cache');
    const built = existsSync(cache) ? readdirSync(cache).filter((name) => start.test(name)) : [];
    for (const name of built.sort().reverse()) {
      const file = join(cache, name, 'tfjs_binding.node');
      if (existsSync(file)) return file;
    }
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}
